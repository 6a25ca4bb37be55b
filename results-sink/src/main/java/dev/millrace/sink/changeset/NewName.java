package dev.millrace.sink.changeset;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.lib.ObjectChecker;

/** What a new file or directory may be called. */
final class NewName {
    /** Format characters turn text round or hide it; no honest name needs one. */
    private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]");
    /** As Windows shortens names: a second way to every file whose long name is checked. */
    private static final Pattern SHORT = Pattern.compile("[^.]{1,6}~\\d{1,6}(?:\\.[^.]{0,3})?");

    private static final Pattern SHORT_FOR_GITS_OWN = Pattern.compile("(?i)gi[a-z0-9]{1,4}~\\d{1,6}");

    private final ObjectChecker checker;
    private final Pattern shortened;

    /**
     * @param portable whether it must be one on Windows, too; look-alikes of {@code .git} are refused in any case
     */
    NewName(boolean portable) {
        checker = new ObjectChecker().setSafeForMacOS(true).setSafeForWindows(portable);
        shortened = portable ? SHORT : SHORT_FOR_GITS_OWN;
    }

    /** What is wrong with the name at the end of the path, to follow the path in a sentence; empty if nothing is. */
    Optional<String> objectionTo(byte[] path) {
        int start = path.length;
        while (start > 0 && path[start - 1] != '/') {
            start--;
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(path, start, path.length - start))
                    .toString();
            if (INVISIBLE.matcher(name).find()) {
                return Optional.of("has control or invisible characters in its name");
            }
            if (shortened.matcher(name).matches()) {
                return Optional.of("has a name that Windows may take for another file's");
            }
            if (Folded.of(name).equals(".git")) {
                return Optional.of("has a name that may be taken for .git");
            }
            checker.checkPathSegment(path, start, path.length);
            return Optional.empty();
        } catch (CharacterCodingException notText) {
            return Optional.of("has a name that is not UTF-8");
        } catch (CorruptObjectException notAllowed) {
            return Optional.of(
                    "has a name that is not allowed (%s)".formatted(ShownPath.of("" + notAllowed.getMessage())));
        }
    }
}
