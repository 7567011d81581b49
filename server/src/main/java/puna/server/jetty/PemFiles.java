package puna.server.jetty;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A certificate and its private key, as PEM files.
///
/// @param certificate the server's own first, then those that lead to its authority
/// @param key in PKCS#8, not encrypted
public record PemFiles(Path certificate, Path key) {
  private static final Pattern KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");
  private static final Pattern ANY_KEY = Pattern.compile("-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----");

  /// How keys of each kind sign.
  private static final Map<String, String> SIGNATURES =
      Map.of("RSA", "SHA256withRSA", "EC", "SHA256withECDSA", "EdDSA", "EdDSA");

  static final String PASSWORD = ""; // of a key store that never leaves memory

  /// Both in a key store.
  ///
  /// @throws IOException when a file cannot be read, or does not hold what it should
  KeyStore keyStore() throws IOException {
    Certificate[] chain = chain();
    PrivateKey secret = privateKey();
    if (!belongTogether(chain[0].getPublicKey(), secret)) {
      throw new IOException(
          "%s: it is not the key of the first certificate in %s".formatted(key, certificate));
    }
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("puna", secret, PASSWORD.toCharArray(), chain);
      return store;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + ": it cannot be used: " + e.getMessage(), e);
    }
  }

  private Certificate[] chain() throws IOException {
    byte[] bytes = read(certificate);
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      Certificate[] chain =
          factory.generateCertificates(new ByteArrayInputStream(bytes)).toArray(Certificate[]::new);
      if (chain.length == 0) {
        throw new IOException(certificate + ": there is no certificate in it");
      }
      return chain;
    } catch (GeneralSecurityException e) {
      throw new IOException(certificate + ": it is no certificate, or a damaged one", e);
    }
  }

  private PrivateKey privateKey() throws IOException {
    String text = new String(read(key), StandardCharsets.ISO_8859_1);
    Matcher matcher = KEY.matcher(text);
    if (!matcher.find()) {
      Matcher other = ANY_KEY.matcher(text);
      throw new IOException(
          "%s: must be PKCS#8, not encrypted (\"BEGIN PRIVATE KEY\"), found %s"
              .formatted(key, other.find() ? "\"BEGIN " + other.group(1) + "\"" : "no such key"));
    }
    byte[] bytes;
    try {
      bytes = Base64.getMimeDecoder().decode(matcher.group(1));
    } catch (IllegalArgumentException e) {
      throw new IOException(key + ": the key in it is damaged", e);
    }
    for (String algorithm : SIGNATURES.keySet()) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(bytes));
      } catch (GeneralSecurityException _) {
        // it is of another algorithm
      }
    }
    throw new IOException(key + ": it is no key of RSA, EC or Ed25519, or a damaged one");
  }

  /// Key stores take any key for any certificate, so that it is tried out.
  private static boolean belongTogether(PublicKey open, PrivateKey secret) {
    byte[] text = "any text".getBytes(StandardCharsets.US_ASCII);
    try {
      Signature signature =
          Signature.getInstance(SIGNATURES.getOrDefault(secret.getAlgorithm(), "EdDSA"));
      signature.initSign(secret);
      signature.update(text);
      byte[] signed = signature.sign();
      signature.initVerify(open);
      signature.update(text);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false; // of another algorithm
    }
  }

  private static byte[] read(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": there is no such file", e);
    } catch (IOException e) {
      throw new IOException("%s: cannot be read: %s".formatted(file, e.getMessage()), e);
    }
  }

  /// Differs when either file has changed, also to one that is older.
  String state() throws IOException {
    return state(certificate) + " " + state(key);
  }

  private static String state(Path file) throws IOException {
    try {
      return Files.getLastModifiedTime(file) + "/" + Files.size(file);
    } catch (NoSuchFileException e) {
      throw new IOException(file + ": there is no such file", e);
    }
  }
}
