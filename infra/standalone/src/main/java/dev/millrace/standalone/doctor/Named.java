package dev.millrace.standalone.doctor;

/** A check by its name. */
record Named(String name, Looking looking) implements Check {
    interface Looking {
        Finding look() throws Exception;
    }

    @Override
    public Finding look() throws Exception {
        return looking.look();
    }
}
