package dev.millrace.sink.secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

/** Secrets that are nobody's, made up when they are needed, so that none lies about in the sources. */
public final class SampleSecrets {
    private static final String LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

    /** What the tests' operator keeps secret. */
    public static final String OPERATORS = "correct/horse+battery=staple";

    private SampleSecrets() {}

    public static String of(String kind) {
        return switch (kind) {
            case "operator" -> OPERATORS;
            case "github" -> "gh" + "p_" + letters(36, 62);
            case "github-fine" -> "github" + "_pat_" + letters(22, 62) + "_" + letters(59, 62);
            case "gitlab" -> "gl" + "pat-" + letters(20, 62);
            case "aws" -> "AK" + "IA" + letters(16, 26);
            case "google" -> "AI" + "za" + letters(35, 62);
            case "openai" -> "s" + "k-proj-" + letters(64, 62);
            case "anthropic" -> "s" + "k-ant-" + letters(64, 62);
            case "slack" -> "xo" + "xb-" + letters(12, 62) + "-" + letters(24, 62);
            case "stripe" -> "sk" + "_live_" + letters(24, 62);
            case "npm" -> "np" + "m_" + letters(36, 62);
            case "huggingface" -> "h" + "f_" + letters(34, 62);
            case "private-key" -> key("PRIVATE KEY");
            case "rsa-key" -> key("RSA PRIVATE KEY");
            case "openssh-key" -> key("OPENSSH PRIVATE KEY");
            default -> throw new IllegalArgumentException("no kind of secret: " + kind);
        };
    }

    public static byte[] as(String encoding, String secret) {
        byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
        return switch (encoding) {
            case "plain" -> bytes;
            case "base64" -> Base64.getEncoder().encode(bytes);
            case "base64-url" -> Base64.getUrlEncoder().withoutPadding().encode(bytes);
            case "base64-amid" ->
                Base64.getEncoder().encode(("{\"k\":\"" + secret + "\"}").getBytes(StandardCharsets.UTF_8));
            case "base64-after-letters" ->
                ("abcde" + Base64.getEncoder().encodeToString(bytes)).getBytes(StandardCharsets.UTF_8);
            case "base64-in-lines" ->
                Base64.getMimeEncoder(20, "\n  ".getBytes(StandardCharsets.UTF_8))
                        .encode(bytes);
            case "base64-twice" ->
                Base64.getEncoder().encode(Base64.getEncoder().encode(bytes));
            case "hex" -> HexFormat.of().formatHex(bytes).getBytes(StandardCharsets.UTF_8);
            case "hex-capitals" ->
                HexFormat.of().withUpperCase().formatHex(bytes).getBytes(StandardCharsets.UTF_8);
            case "url" -> URLEncoder.encode(secret, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
            case "percent" -> HexFormat.of().withPrefix("%").formatHex(bytes).getBytes(StandardCharsets.UTF_8);
            case "utf-16" -> secret.getBytes(StandardCharsets.UTF_16LE);
            case "utf-16be" -> secret.getBytes(StandardCharsets.UTF_16BE);
            default -> throw new IllegalArgumentException("no encoding: " + encoding);
        };
    }

    private static String letters(int count, int of) {
        return new Random(count)
                .ints(count, 0, of)
                .mapToObj(i -> LETTERS.substring(i, i + 1))
                .reduce("", String::concat);
    }

    private static String key(String kind) {
        var text = new StringBuilder("-----BEGIN " + kind + "-----\n");
        for (int line = 0; line < 6; line++) {
            text.append(letters(64 - line % 2, 62)).append(line % 2 == 0 ? "\n" : "/\n");
        }
        return text.append("-----END ").append(kind).append("-----\n").toString();
    }
}
