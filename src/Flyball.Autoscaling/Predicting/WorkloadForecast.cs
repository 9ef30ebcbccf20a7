using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Policies;
using Flyball.Autoscaling.Signals;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Predicting;

/// <summary>
/// The forecast of one workload from a start on: learns its capacity and its demand from what the metrics remember,
/// catches up with the present in bounded steps, and then follows tick by tick. Until it has, it answers like the
/// queue-aware policy.
/// </summary>
internal sealed class WorkloadForecast
{
    private static readonly TimeSpan StandardStartup = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RebuildPause = TimeSpan.FromHours(1);
    private static readonly TimeSpan CapacityStep = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan YoungHold = TimeSpan.FromMinutes(5);
    private const int CapacitySteps = 360;

    // A forecast that has been behind for longer is no better than a new one.
    private static readonly TimeSpan BehindMax = TimeSpan.FromMinutes(10);

    // A query that has no answer is asked again after 1, 2, 4, … ticks: it must not use up what all may ask.
    private const int AgainTicksMax = 16;

    private readonly ScalePolicy policy;
    private readonly ScalePrediction spec;
    private readonly ForecastParts parts;
    private readonly ScaleSignal demandSignal;
    private readonly CapacityInForce capacity;
    private readonly QueueAwarePolicy young;
    private DemandPredictor? predictor;
    private bool capacityRead;
    private int horizonTicks;
    private long builtAtTick;
    private long nextTick;
    private long followedTick;
    private int againTicks;
    private long againAtTick;
    private string failure = "";

    /// <param name="policy">One with a prediction.</param>
    /// <param name="parts">What all forecasts share.</param>
    /// <param name="tick">The present, in ticks since 1970.</param>
    public WorkloadForecast(ScalePolicy policy, ForecastParts parts, long tick)
    {
        this.policy = policy;
        this.parts = parts;
        spec = policy.Prediction!;
        demandSignal = CapacityInForce.DemandSignal(policy);
        capacity = new CapacityInForce(policy);
        capacityRead = capacity.IsStated;
        nextTick = tick - parts.HistoryTicks;
        young = new QueueAwarePolicy(
            parts.Staffing, new PredictiveOptions().FallbackHeadroom, Math.Max(1, (int)(YoungHold / parts.Interval)));
    }

    public StartupTimes Startup { get; } = new();

    /// <summary>What one replica carries, while it is known.</summary>
    public (double? Value, CapacityBasis Basis) Capacity => (capacity.Value, capacity.Basis);

    /// <summary>What it still waits for, for people; empty when it forecasts.</summary>
    public string Waiting { get; private set; } = "";

    /// <summary>Moves on to a tick and answers for it; null while nothing can be said.</summary>
    public async Task<Prediction?> AdvanceAsync(
        long tick, Observation seen, double cpuLimit, ReplayBudget budget, CancellationToken cancellation)
    {
        if (!capacityRead)
            await ReadCapacityAsync(tick, cpuLimit, budget, cancellation);
        if (seen.Ready > 0 && !seen.GatewaysPartial)
            capacity.Learn(seen.Demand / seen.Ready, seen.Cpu.Mean, seen.LatencySeconds);
        if (capacity.Value is not { } carries)
        {
            Waiting = "the capacity of a replica is not known yet" + failure;
            return null;
        }
        Rebuild(tick);
        await CatchUpAsync(tick, carries, budget, cancellation);
        var load = seen.Demand / carries;
        if (nextTick < tick)
        {
            Waiting = "the history is being read" + failure;
            var isBehind = followedTick > 0 && (tick - followedTick) * parts.Interval <= BehindMax;
            return Young(load, carries) with { IsBehind = isBehind };
        }
        if (nextTick > tick)
            return Young(load, carries) with { IsBehind = followedTick > 0 };
        (nextTick, followedTick) = (tick + 1, tick);
        if (predictor is null && !(load > 0))
        {
            Waiting = "there was no demand yet";
            return Young(load, carries);
        }
        Waiting = "";
        return Predictor(tick).Step(load, carries, capacity.Basis);
    }

    private DemandPredictor Predictor(long firstTick) => predictor ??= new DemandPredictor(
        spec, parts.Clock(firstTick, spec.Season), horizonTicks, parts.Staffing,
        parts.Scratch);

    private Prediction Young(double load, double carries)
    {
        var isMissing = !double.IsFinite(load);
        var wanted = isMissing ? 1 : young.Want(new ClusterTick(0, load, load, 1, 1));
        return new Prediction
        {
            Wanted = wanted,
            Floor = isMissing ? 1 : parts.Staffing.Need(load),
            RiskFloor = wanted,
            IsTrusted = false,
            IsMissing = isMissing,
            Quantiles = (load * carries, double.NaN, double.NaN),
            Horizon = horizonTicks * parts.Interval,
            Regime = LoadRegime.Steady,
            Capacity = carries,
            Basis = capacity.Basis,
        };
    }

    // A forecast is made for one horizon; when starting takes clearly longer or shorter than it did, it is made anew.
    private void Rebuild(long tick)
    {
        var horizon = spec.Horizon ?? (Startup.Typical ?? StandardStartup) + parts.Interval;
        var wanted = Math.Max(1, (int)Math.Ceiling(horizon / parts.Interval - 1e-9));
        if (horizonTicks > 0)
        {
            var isNear = Math.Abs(wanted - horizonTicks) <= Math.Max(1, horizonTicks / 4);
            if (isNear || (tick - builtAtTick) * parts.Interval < RebuildPause)
                return;
            predictor = null;
            nextTick = tick - parts.HistoryTicks;
        }
        (horizonTicks, builtAtTick) = (wanted, tick);
    }

    private async Task CatchUpAsync(
        long tick, double carries, ReplayBudget budget, CancellationToken cancellation)
    {
        var expression = parts.History.Expressions.DemandHistory(demandSignal, spec.Demand, policy.Workload);
        while (nextTick < tick && tick >= againAtTick)
        {
            var count = budget.Take((int)Math.Min(tick - nextTick, ForecastParts.ChunkTicksMax));
            if (count == 0)
                return;
            var answer = await parts.History.ReadAsync(
                expression, nextTick * parts.IntervalMs, count, parts.Interval, budget.Time, cancellation);
            if (!Accept(answer, tick, budget) || answer.Values is not { } demand)
                return;
            budget.Spend(await parts.Workers.RunAsync(() => Replay(demand, carries), cancellation));
            nextTick += count;
        }
    }

    // A store that is away is so for all; a query without an answer is this workload's own trouble.
    private bool Accept(HistoryAnswer answer, long tick, ReplayBudget budget)
    {
        if (answer.Values is not null)
        {
            (againTicks, failure) = (0, "");
            return true;
        }
        failure = $" ({answer.Error})";
        if (answer.IsStoreAway)
        {
            budget.Exhaust();
            return false;
        }
        againTicks = Math.Clamp(2 * againTicks, 1, AgainTicksMax);
        againAtTick = tick + againTicks;
        return false;
    }

    // What was before the first request says nothing: the forecast begins with it.
    private int Replay(double[] demand, double carries)
    {
        var fed = 0;
        for (var i = 0; i < demand.Length; i++)
        {
            if (predictor is null && !(demand[i] > 0))
                continue;
            Predictor(nextTick + i).Feed(demand[i] / carries);
            fed++;
        }
        return fed;
    }

    private async Task ReadCapacityAsync(
        long tick, double cpuLimit, ReplayBudget budget, CancellationToken cancellation)
    {
        if (tick < againAtTick || budget.Take(1) == 0)
            return;
        var (history, name) = (parts.History, policy.Workload);
        var start = parts.TimeOf(tick).ToUnixTimeMilliseconds() - CapacitySteps * (long)CapacityStep.TotalMilliseconds;
        if (await Read(history.Expressions.DemandHistory(demandSignal, spec.Demand, name)) is not { } demand
            || await Read(history.Expressions.ReplicaHistory(name)) is not { } replicas
            || await Read(history.Expressions.MeanCpuHistory(name)) is not { } cores
            || await Read(history.Expressions.Latency(policy.Objective.Quantile, [name])) is not { } latency)
            return;
        capacityRead = true;
        for (var i = 0; i < CapacitySteps; i++)
            capacity.Learn(demand[i] / replicas[i], cores[i] / cpuLimit, latency[i]);

        async Task<double[]?> Read(string expression)
        {
            var answer = await history.ReadAsync(
                expression, start, CapacitySteps, CapacityStep, budget.Time, cancellation);
            return Accept(answer, tick, budget) ? answer.Values : null;
        }
    }
}
