package dev.postern.signaling.protocol;

/**
 * How much the codec reads before it calls a text malformed. What a room or a name may be is not its business.
 *
 * @param messageChars the longest text, in UTF-16 units
 * @param depth how deep objects and arrays may nest, at least 4 for the messages themselves
 * @param tokens how many JSON tokens a text may have
 * @param listItems how many items a list of a message may have
 */
public record CodecLimits(int messageChars, int depth, int tokens, int listItems) {

    /** The longest number, in characters: enough for every integer of the protocol and every double. */
    static final int NUMBER_CHARS = 32;

    /** The longest key, in characters. */
    static final int NAME_CHARS = 256;

    private static final int MIN_MESSAGE_CHARS = 1024;
    private static final int MIN_DEPTH = 4;

    /** 65536 characters, 12 levels, 8192 tokens, 256 items. */
    public static final CodecLimits STANDARD = new CodecLimits(65536, 12, 8192, 256);

    public CodecLimits {
        if (messageChars < MIN_MESSAGE_CHARS || depth < MIN_DEPTH || tokens < 1 || listItems < 1) {
            throw new IllegalArgumentException("too small to read the protocol's own messages: " + messageChars
                    + " characters, depth " + depth + ", " + tokens + " tokens, " + listItems + " items");
        }
    }

    /** The same with another length. */
    public CodecLimits withMessageChars(int chars) {
        return new CodecLimits(chars, depth, tokens, listItems);
    }
}
