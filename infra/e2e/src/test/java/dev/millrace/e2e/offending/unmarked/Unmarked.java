package dev.millrace.e2e.offending.unmarked;

interface Unmarked {}
