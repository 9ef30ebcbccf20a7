using System.Globalization;
using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Policies;

/// <summary>
/// The default policy: a pool of experts (what to forecast, how long to hold, at which price to plan; and the reactive
/// ones) each runs a simulated cluster on the load seen so far, and the wish is their mean, weighted exponentially by
/// what each would have cost. It begins queue-aware with headroom, and returns there while the forecast's rolling
/// coverage misses its quantile.
/// </summary>
/// <remarks>
/// The load does not depend on the decisions, so every expert's cost is known exactly, not estimated: this is
/// prediction with expert advice under full information.
/// </remarks>
internal sealed class PredictivePolicy : IScalingPolicy
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    private static readonly double[] PriceFactors = [0.25, 0.5, 1, 2, 4];
    private static readonly double[] ReactiveMargins = [0, 0.1, 0.25, 0.5, 1, 2];
    private static readonly (DemandTarget Target, double HoldShare)[] Shapes =
        [(DemandTarget.Peak, 0), (DemandTarget.Peak, 0.5), (DemandTarget.End, 1), (DemandTarget.End, 2),
            (DemandTarget.EndByEnsemble, 1)];

    // Wishes this near to the median are averaged; a replica more or less is always near.
    private const double NearShare = 0.5;

    private readonly PredictiveOptions options;
    private readonly StaffingTable staffing;
    private readonly DemandForecaster forecaster;
    private readonly List<Expert> experts = [];
    private readonly Expert[] byWish;
    private readonly DemandCurve[] curves;
    private readonly QueueAwarePolicy fallback;
    private readonly SlidingMaximum latest = new(3);
    private readonly double keep;
    private readonly double keepRecent;
    private readonly int trustAfterTicks;
    private readonly int reweighTicks;
    private int wanted = 1;
    private Expert bestReactive;

    /// <param name="options">Settings.</param>
    /// <param name="staffing">Replicas needed for a load.</param>
    /// <param name="forecaster">
    /// Forecasts of this workload. It may be shared by several policies on the same load: whoever comes first with a
    /// tick shows it.
    /// </param>
    public PredictivePolicy(PredictiveOptions options, StaffingTable staffing, DemandForecaster forecaster)
    {
        this.options = options;
        this.staffing = staffing;
        this.forecaster = forecaster;
        var clock = forecaster.Clock;
        keep = Math.Pow(0.5, 1.0 / clock.Ticks(options.CostHalfLife));
        keepRecent = Math.Pow(0.5, 1.0 / clock.Ticks(options.RecentHalfLife));
        trustAfterTicks = clock.Ticks(options.TrustAfter);
        reweighTicks = clock.Ticks(TimeSpan.FromMinutes(10));
        var reactiveHold = clock.Ticks(TimeSpan.FromMinutes(5));
        fallback = new QueueAwarePolicy(staffing, options.FallbackHeadroom, reactiveHold);
        curves = [.. Enum.GetValues<DemandTarget>().Select(_ => new DemandCurve(staffing))];
        foreach (var (target, holdShare) in Shapes)
            foreach (var factor in PriceFactors)
            {
                var holdTicks = (int)(holdShare * forecaster.Horizon);
                Add(string.Create(Invariant, $"{target} hold {holdShare} price x{factor}"), target, factor, holdTicks);
            }
        foreach (var margin in ReactiveMargins)
            Add(string.Create(Invariant, $"queue-aware +{margin:P0}"), null, margin, reactiveHold);
        bestReactive = experts[^1];
        byWish = [.. experts];
    }

    public DemandForecaster Forecaster => forecaster;

    public IReadOnlyList<Expert> Experts => experts;

    /// <summary>The demand forecast that the last wish was planned on; empty before the first.</summary>
    public DemandCurve Curve(DemandTarget target) => curves[(int)target];

    /// <summary>Whether forecasts count yet: there is enough history.</summary>
    public bool IsGrown(int index) => index >= trustAfterTicks;

    /// <summary>Whether the last wish came from the reactive fallback.</summary>
    public bool FellBack { get; private set; }

    public int Want(in ClusterTick tick)
    {
        if (forecaster.Tick < tick.Index)
            forecaster.Observe(tick.Load);
        // Without a signal the last wish holds: nobody scales on what nobody saw.
        if (forecaster.Missing)
            return wanted = Math.Max(wanted, 1);
        var load = forecaster.Load;
        ChargeAll(tick.Index, load);
        DecideAll(tick.Index, load);
        if (tick.Index % reweighTicks == 0)
            Reweigh();
        var young = fallback.Want(tick with { Load = load });
        if (!IsGrown(tick.Index))
            return wanted = young;
        FellBack = MustFallBack();
        return wanted = FellBack ? bestReactive.Wanted : Blend();
    }

    private void Add(string name, DemandTarget? target, double factor, int holdTicks)
    {
        var clock = forecaster.Clock;
        var plant = new Plant(staffing, clock.Tick.TotalSeconds, forecaster.Horizon);
        experts.Add(new Expert(name, target, factor, holdTicks, plant));
    }

    private void ChargeAll(int index, double load)
    {
        foreach (var expert in experts)
        {
            if (expert.Wanted == 0)
                expert.Begin(load);
            expert.Charge(index, load, options.LatenessPrice, keep, keepRecent);
        }
    }

    private void DecideAll(int index, double load)
    {
        var recent = latest.Push(load);
        var priceMax = options.LatenessPrice * PriceFactors[^1];
        for (var target = 0; target < curves.Length; target++)
            curves[target].Fill(forecaster[(DemandTarget)target], priceMax);
        foreach (var expert in experts)
            expert.Decide(index, expert.Target is { } target
                ? ReplicaPlanner.Cheapest(curves[(int)target], expert.Factor * options.LatenessPrice)
                : staffing.Need(recent * (1 + expert.Factor)));
    }

    private void Reweigh()
    {
        var least = double.PositiveInfinity;
        foreach (var expert in experts)
            least = Math.Min(least, expert.Cost);
        var total = 0.0;
        foreach (var expert in experts)
            total += expert.Weight = Math.Exp(-options.Sharpness * (expert.Cost / least - 1));
        foreach (var expert in experts)
            expert.Weight /= total;
    }

    // The mean of the wishes near their weighted median. Averaging near ones takes out noise; between far ones (cover a
    // burst, or let it pass) the middle would pay for both and do neither.
    private int Blend()
    {
        var median = WeightedMedian();
        double low = median * (1 - NearShare) - 1, high = median * (1 + NearShare) + 1;
        double sum = 0, weights = 0;
        foreach (var expert in experts)
        {
            if (expert.Wanted < low || expert.Wanted > high)
                continue;
            sum += expert.Weight * expert.Wanted;
            weights += expert.Weight;
        }
        return Math.Max(1, (int)Math.Ceiling(sum / weights - 0.5));
    }

    // Insertion sort: the order hardly changes from tick to tick.
    private int WeightedMedian()
    {
        for (var i = 1; i < byWish.Length; i++)
        {
            var moved = byWish[i];
            var j = i;
            for (; j > 0 && byWish[j - 1].Wanted > moved.Wanted; j--)
                byWish[j] = byWish[j - 1];
            byWish[j] = moved;
        }
        var weight = 0.0;
        foreach (var expert in byWish)
            if ((weight += expert.Weight) >= 0.5)
                return expert.Wanted;
        return byWish[^1].Wanted;
    }

    // A missed quantile says that the forecast no longer fits; recent costs say whether reacting is the better answer.
    private bool MustFallBack()
    {
        var coverage = Math.Min(forecaster[DemandTarget.Peak].Coverage, forecaster[DemandTarget.End].Coverage);
        if (coverage >= (FellBack ? options.CoverageBack : options.CoverageMin))
            return false;
        double weights = 0, forecasting = 0;
        bestReactive = experts[^1];
        foreach (var expert in experts)
            if (expert.Target is null)
                bestReactive = expert.RecentCost < bestReactive.RecentCost ? expert : bestReactive;
            else
            {
                weights += expert.Weight;
                forecasting += expert.Weight * expert.RecentCost;
            }
        return bestReactive.RecentCost * weights < forecasting;
    }
}
