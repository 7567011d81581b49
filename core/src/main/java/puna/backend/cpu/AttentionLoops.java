package puna.backend.cpu;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import puna.backend.Batch;
import puna.backend.BatchInvariance;
import puna.backend.KvShape;

/// Storing keys and values and attending to them, split over the workers.
///
/// What a dispatch works on is kept in fields, so that none allocates once warm; one at a time.
final class AttentionLoops {
  private final WorkerPool pool;
  private final FloatKernels kernels;
  private final BatchInvariance invariance;
  private final WorkerPool.Task attend = this::attendTask;
  private final WorkerPool.Task store = this::storeToken;
  private final List<AttentionTask> tasks = new ArrayList<>(); // those in use first
  private int taskCount;
  private FloatMatrix keys = FloatMatrix.none();
  private FloatMatrix values = FloatMatrix.none();
  private CpuKvCache.@Nullable Layer layer;
  private @Nullable Batch batch;

  /// @param invariance `ON` attends token by token
  AttentionLoops(WorkerPool pool, FloatKernels kernels, BatchInvariance invariance) {
    this.pool = pool;
    this.invariance = invariance;
    this.kernels = kernels;
  }

  void store(CpuKvCache.Layer target, FloatMatrix keyRows, FloatMatrix valueRows, Batch step) {
    layer = target;
    keys = keyRows;
    values = valueRows;
    batch = step;
    target.reserve(step);
    if (step.size() <= pool.threads()) {
      for (int token = 0; token < step.size(); token++) {
        storeToken(token, pool.scratch());
      }
    } else {
      pool.run(step.size(), store);
    }
  }

  private void storeToken(int token, WorkerScratch scratch) {
    CpuKvCache.Layer target = requireNonNull(layer);
    Batch step = requireNonNull(batch);
    int blockPositions = target.shape().blockPositions();
    int position = step.position(token);
    int block = step.runOf(token).blocks()[position / blockPositions];
    int slot = block * blockPositions + position % blockPositions;
    kernels.store(target.keys(), keys, token, slot, scratch);
    kernels.store(target.values(), values, token, slot, scratch);
  }

  void attend(AttentionTask.Call call, Batch step) {
    taskCount = 0;
    int kvHeads = call.keys().shape().kvHeads();
    int together = tokensTogether(call);
    for (int at = 0; at < step.runCount(); at++) {
      Batch.Run run = step.run(at);
      // Last tokens first: they see the most and take the longest.
      for (int end = run.count(); end > 0; end -= together) {
        int first = Math.max(0, end - together);
        for (int head = 0; head < kvHeads; head++) {
          assign(call, run, head, first, end - first);
        }
      }
    }
    pool.run(taskCount, attend);
  }

  private int tokensTogether(AttentionTask.Call call) {
    KvShape shape = call.keys().shape();
    int group = call.queries().width() / (shape.kvHeads() * shape.headSize());
    return switch (invariance) {
      case OFF -> Math.max(1, kernels.queriesTogether() / group);
      case ON -> 1;
    };
  }

  private void assign(
      AttentionTask.Call call, Batch.Run run, int kvHead, int firstToken, int tokenCount) {
    if (taskCount == tasks.size()) {
      tasks.add(new AttentionTask(call, run, kvHead, firstToken, tokenCount));
    } else {
      tasks.get(taskCount).assign(call, run, kvHead, firstToken, tokenCount);
    }
    taskCount++;
  }

  private void attendTask(int index, WorkerScratch scratch) {
    kernels.attend(tasks.get(index), scratch);
  }
}
