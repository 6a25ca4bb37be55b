package dev.millrace.standalone.forge;

import com.sun.net.httpserver.Headers;
import dev.millrace.standalone.forge.Ledger.Account;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whose token a request carries: as {@code token} or {@code Bearer}, or as the password of any user name. */
final class Credentials {
    private Credentials() {}

    /** Credentials were given, and are nobody's. */
    static final class Wrong extends Exception {
        Wrong() {
            super("the credentials are nobody's", null, false, false);
        }
    }

    static Optional<Account> account(Ledger ledger, Headers headers) throws Wrong {
        String header = headers.getFirst("Authorization");
        if (header == null) {
            return Optional.empty();
        }
        return Optional.of(owner(ledger.accounts(), token(header)).orElseThrow(Wrong::new));
    }

    private static @Nullable String token(String header) {
        int space = header.indexOf(' ');
        if (space < 0) {
            return null;
        }
        String value = header.substring(space + 1).strip();
        return switch (header.substring(0, space).toLowerCase(Locale.ROOT)) {
            case "token", "bearer" -> value;
            case "basic" -> password(value);
            default -> null;
        };
    }

    private static @Nullable String password(String basic) {
        try {
            String pair = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
            return pair.substring(pair.indexOf(':') + 1);
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static Optional<Account> owner(List<Account> accounts, @Nullable String token) {
        if (token == null) {
            return Optional.empty();
        }
        byte[] given = token.getBytes(StandardCharsets.UTF_8);
        return accounts.stream()
                .filter(a -> MessageDigest.isEqual(a.token().getBytes(StandardCharsets.UTF_8), given))
                .findFirst();
    }
}
