package puna.server.jetty;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A certificate and its private key, as PEM files.
///
/// @param certificate the server's own first, then those that lead to its authority
/// @param key in PKCS#8, not encrypted
public record PemFiles(Path certificate, Path key) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA");
  static final String PASSWORD = ""; // of a key store that never leaves memory

  /// Both in a key store.
  ///
  /// @throws IOException when a file cannot be read, or does not hold what it should
  KeyStore keyStore() throws IOException {
    try (InputStream in = Files.newInputStream(certificate)) {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Certificate[] chain = factory.generateCertificates(in).toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException(certificate + ": there is no certificate in it");
      }
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("puna", privateKey(), PASSWORD.toCharArray(), chain);
      return store;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + ": it is no certificate, or its key is another one", e);
    }
  }

  private PrivateKey privateKey() throws IOException, GeneralSecurityException {
    Matcher matcher = KEY.matcher(Files.readString(key, StandardCharsets.US_ASCII));
    if (!matcher.find()) {
      throw new IOException(
          key + ": there is no \"BEGIN PRIVATE KEY\" (PKCS#8, not encrypted) in it");
    }
    byte[] bytes = Base64.getMimeDecoder().decode(matcher.group(1));
    InvalidKeySpecException last = null;
    for (String algorithm : ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (InvalidKeySpecException e) {
        last = e; // it is of another algorithm
      }
    }
    throw new IOException(key + ": it is no key of RSA, EC or Ed25519", last);
  }

  /// When either file was changed last, in milliseconds since 1970.
  long changed() throws IOException {
    return Math.max(
        Files.getLastModifiedTime(certificate).toMillis(),
        Files.getLastModifiedTime(key).toMillis());
  }
}
