package dev.sallyport.supervisor.archive;

/** A group, or this machine, gets no archive. The message says why, in words that follow "no class archive: ". */
final class NoArchiveException extends Exception {

    private static final long serialVersionUID = 1L;

    NoArchiveException(String reason) {
        super(reason);
    }
}
