package puna.hub.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.Proxy;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import puna.error.ModelDownloadException;

class EnvironmentProxiesTest {
  private final Map<String, String> variables = new HashMap<>();
  private final EnvironmentProxies proxies =
      new EnvironmentProxies(name -> Optional.ofNullable(variables.get(name)));

  private String proxyOf(String address) {
    Proxy proxy = proxies.select(URI.create(address)).getFirst();
    return proxy.type() == Proxy.Type.DIRECT ? "none" : String.valueOf(proxy.address());
  }

  @Test
  void eachSchemeHasItsVariable() {
    assertThat(proxyOf("https://hub.example/")).isEqualTo("none");
    variables.put("all_proxy", "all.example:1");
    assertThat(proxyOf("https://hub.example/")).contains("all.example", ":1");
    variables.put("https_proxy", "http://secure.example:3128/");
    variables.put("http_proxy", "plain.example:8080");
    assertThat(proxyOf("https://hub.example/")).contains("secure.example", ":3128");
    assertThat(proxyOf("http://hub.example/")).contains("plain.example", ":8080");
  }

  @ParameterizedTest
  @CsvSource({
    "hub.example, none",
    "cdn.hub.example, none",
    "nothub.example, proxy",
    "other.example, none",
    "a.star.example, none",
    "127.0.0.1, none",
    "localhost, none"
  })
  void someHostsAreExcepted(String host, String expected) {
    variables.put("https_proxy", "proxy:1");
    variables.put("no_proxy", ".hub.example, other.example:443 *.star.example");
    assertThat(proxyOf("https://" + host + "/")).contains(expected);
    variables.put("no_proxy", "*");
    assertThat(proxyOf("https://any.example/")).isEqualTo("none");
  }

  @ParameterizedTest
  @ValueSource(strings = {"socks5://user:secret@proxy:1", "https://user:secret@proxy", ":", "a b"})
  void whatCannotBeUsedIsRefusedWithoutItsPassword(String value) {
    variables.put("https_proxy", value);
    assertThatExceptionOfType(ModelDownloadException.class)
        .isThrownBy(() -> proxyOf("https://hub.example/"))
        .withMessageStartingWith("https_proxy: ")
        .withMessageNotContaining("secret");
  }
}
