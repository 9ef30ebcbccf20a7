using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Deciding;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Policies;
using Flyball.Autoscaling.Predicting;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Backtesting.Manifests;

/// <summary>
/// A policy of the manifest in the simulated cluster, decided by the same code as live: signals are means over four
/// ticks of what the cluster served, as a minute is of the standard interval, and the forecast's horizon is the start-
/// up delay and one tick.
/// </summary>
internal sealed class ManifestPolicy : IScalingPolicy, IForecastSource
{
    private const int WindowTicks = 4;

    private readonly ScalePolicy policy;
    private readonly SimulatedReplica replica;
    private readonly BacktestLoad load;
    private readonly WorkloadScaler scaler;
    private readonly CapacityInForce capacity;
    private readonly DemandPredictor? predictor;
    private readonly ScaleSignal demandSignal;
    private readonly SignalWindow busy;
    private readonly SignalWindow served;
    private readonly SignalWindow arrived;
    private readonly SignalWindow inProgress;
    private double perWork = double.NaN;

    public ManifestPolicy(ScalePolicy policy, SimulatedReplica replica, Simulation simulation)
    {
        (this.policy, this.replica, load) = (policy, replica, simulation.Load);
        scaler = new WorkloadScaler(policy, load.Tick);
        capacity = new CapacityInForce(policy);
        demandSignal = CapacityInForce.DemandSignal(policy);
        (busy, served) = (new SignalWindow(WindowTicks), new SignalWindow(WindowTicks));
        (arrived, inProgress) = (new SignalWindow(WindowTicks), new SignalWindow(WindowTicks));
        if (policy.Prediction is not { } spec)
            return;
        var horizon = spec.Horizon ?? (simulation.StartupTicks + 1) * load.Tick;
        predictor = new DemandPredictor(
            spec, new ForecastClock(load.Tick, load.Start, spec.Season),
            Math.Max(1, (int)Math.Ceiling(horizon / load.Tick - 1e-9)),
            StaffingTable.Proportional(), new ForecastScratch());
    }

    public ForecastBand? Band => predictor is null || double.IsNaN(perWork) || predictor.Ticks == 0
        ? null
        : predictor.Band(perWork);

    public int Want(in ClusterTick tick)
    {
        var seen = Observe(tick);
        Prediction? prediction = null;
        if (predictor is not null)
        {
            capacity.Learn(seen.Demand / Math.Max(1, seen.Ready), seen.Cpu.Mean, double.NaN);
            if (capacity.Value is { } carries)
            {
                prediction = predictor.Step(seen.Demand / carries, carries, capacity.Basis);
                perWork = carries / (demandSignal == ScaleSignal.Concurrency ? replica.Concurrency : replica.Requests);
            }
        }
        var wanted = scaler.Decide(seen, prediction).Wanted;
        scaler.Changed(wanted - tick.Total, seen.AtUnixMs);
        return wanted;
    }

    private Observation Observe(in ClusterTick tick)
    {
        var share = busy.Push(tick.Ready > 0 ? tick.Served / tick.Ready : 0);
        var requests = served.Push(tick.Served) * replica.Requests;
        var work = arrived.Push(tick.Load) * replica.Requests;
        var waiting = tick.Backlog / load.Tick.TotalSeconds;
        var concurrency = inProgress.Push(tick.Served + waiting) * replica.Concurrency;
        return new Observation
        {
            AtUnixMs = (load.Start + tick.Index * load.Tick).ToUnixTimeMilliseconds(),
            Replicas = tick.Total,
            Ready = tick.Ready,
            Cpu = new Usage(share * tick.Ready, tick.Ready, 0, tick.Total - tick.Ready),
            RequestsPerSecond = requests,
            Concurrency = concurrency,
            Demand = demandSignal switch
            {
                ScaleSignal.Query => work,
                ScaleSignal.Concurrency => concurrency,
                _ => requests,
            },
            Queries = policy.Prediction?.Demand is { } query
                ? new Dictionary<string, double>(StringComparer.Ordinal) { [query] = work }
                : new Dictionary<string, double>(),
        };
    }
}
