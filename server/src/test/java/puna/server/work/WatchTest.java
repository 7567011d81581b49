package puna.server.work;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import puna.server.FakeExchange;
import puna.server.exchange.Exchange;
import puna.server.exchange.Headers;
import puna.server.exchange.Request;
import puna.server.openai.OpenAi;
import puna.server.wire.AbandonedException;
import puna.server.wire.Call;

/// Clients that wait, and the one thread that looks after all of them.
@Timeout(60)
class WatchTest {
  /// A client that can go in silence.
  private static final class Client implements Exchange {
    private final FakeExchange exchange = new FakeExchange("POST", "/", new byte[0]);
    private volatile boolean isGone;
    private final AtomicInteger looks = new AtomicInteger();

    @Override
    public Request request() {
      return exchange.request();
    }

    @Override
    public java.io.OutputStream respond(int status, Headers headers) {
      return exchange.respond(status, headers);
    }

    @Override
    public boolean isAbandoned() {
      looks.incrementAndGet();
      return isGone;
    }
  }

  /// Takes nothing, and does something when nothing comes.
  private record Silent(Duration patience, Runnable whenIdle) implements Answering.Sink<String> {
    @Override
    public void element(int answer, String element) {}

    @Override
    public void end(int answer) {}

    @Override
    public void idle() {
      whenIdle.run();
    }

    @Override
    public void flush() {}
  }

  private static Watch watch(Client client, Silent sink) {
    Call call =
        new Call(
            client, "req_1", new Call.Setting(new OpenAi(), "", 1000, () -> false), Headers.none());
    return new Watch(call, sink, List.of());
  }

  private static Watch watch(Client client) {
    return watch(client, new Silent(Duration.ofDays(1), () -> {}));
  }

  private static void awaitLook(Client client) throws InterruptedException {
    for (int before = client.looks.get(); client.looks.get() == before; ) {
      Thread.sleep(1);
    }
  }

  private static void awaitEnd(Watch watch) throws InterruptedException {
    while (true) {
      try {
        watch.requirePresent();
        Thread.sleep(1);
      } catch (AbandonedException e) {
        return;
      }
    }
  }

  @Test
  void findsOutThatAClientHasGone() throws InterruptedException {
    Client client = new Client();
    try (Watch watch = watch(client)) {
      awaitLook(client);
      assertThatCode(watch::requirePresent).doesNotThrowAnyException();
      client.isGone = true;
      awaitEnd(watch);
      assertThatThrownBy(watch::requirePresent).isInstanceOf(AbandonedException.class);
    }
  }

  @Test
  void breaksASilenceAgainAndAgain() throws InterruptedException {
    CountDownLatch three = new CountDownLatch(3);
    try (Watch _ = watch(new Client(), new Silent(Duration.ZERO, three::countDown))) {
      assertThat(three.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void leavesAShortSilenceAlone() throws InterruptedException {
    AtomicInteger broken = new AtomicInteger();
    Client client = new Client();
    try (Watch _ = watch(client, new Silent(Duration.ofDays(1), broken::incrementAndGet))) {
      awaitLook(client);
      awaitLook(client);
    }
    assertThat(broken).hasValue(0);
  }

  @Test
  void isNotHeldUpByAClientThatTakesNothing() throws InterruptedException {
    CountDownLatch stalls = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Runnable stall =
        () -> {
          stalls.countDown();
          awaitQuietly(end);
        };
    Watch stalled = watch(new Client(), new Silent(Duration.ZERO, stall));
    try {
      assertThat(stalls.await(30, TimeUnit.SECONDS)).isTrue();
      Client other = new Client();
      try (Watch watch = watch(other)) {
        other.isGone = true;
        awaitEnd(watch);
      }
    } finally {
      end.countDown();
      stalled.close();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void tellsOfAFaultThatBreakingASilenceHad() throws InterruptedException {
    Runnable fault =
        () -> {
          throw new AbandonedException();
        };
    try (Watch watch = watch(new Client(), new Silent(Duration.ZERO, fault))) {
      awaitEnd(watch);
    }
  }

  @Test
  void looksNoMoreOnceItIsClosed() throws InterruptedException {
    Client client = new Client();
    Client other = new Client();
    Watch watch = watch(client);
    awaitLook(client);
    watch.close();
    int looks = client.looks.get();
    try (Watch _ = watch(other)) {
      awaitLook(other);
      awaitLook(other);
    }
    assertThat(client.looks).hasValue(looks);
  }

  @Test
  void beginsAnewAfterARest() throws InterruptedException {
    for (int i = 0; i < 2; i++) {
      Client client = new Client();
      try (Watch _ = watch(client)) {
        awaitLook(client);
      }
      Thread.sleep(600); // the thread finds nobody to look after, and ends
    }
  }
}
