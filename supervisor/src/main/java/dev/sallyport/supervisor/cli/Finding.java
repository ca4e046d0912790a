package dev.sallyport.supervisor.cli;

/**
 * One thing that the doctor looked at.
 *
 * @param advice what to do; empty when nothing has to be done
 */
record Finding(Grade grade, String what, String found, String advice) {

    /** How it is. */
    enum Grade {
        OK,
        /** It works, with less. */
        WARN,
        /** It does not work. */
        FAIL
    }

    static Finding ok(String what, String found) {
        return new Finding(Grade.OK, what, found, "");
    }

    static Finding warn(String what, String found, String advice) {
        return new Finding(Grade.WARN, what, found, advice);
    }

    static Finding fail(String what, String found, String advice) {
        return new Finding(Grade.FAIL, what, found, advice);
    }
}
