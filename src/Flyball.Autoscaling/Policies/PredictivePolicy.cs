using System.Globalization;
using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;

namespace Flyball.Autoscaling.Policies;

/// <summary>
/// The default policy: a pool of experts (what to forecast, how long to hold, at which price to plan; and the reactive
/// ones) each runs a simulated cluster on the load seen so far, and the wish is their mean, weighted exponentially by
/// what each would have cost. It begins queue-aware with headroom, and returns there while the forecast's rolling
/// coverage misses its quantile. In a burst that no forecast saw coming it wants no less than the best reaction.
/// </summary>
/// <remarks>
/// The load does not depend on the decisions, so every expert's cost is known exactly, not estimated: this is
/// prediction with expert advice under full information.
/// </remarks>
internal sealed class PredictivePolicy : IScalingPolicy, IForecastSource
{
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;
    private static readonly double[] PriceFactors = [0.25, 0.5, 1, 2, 4];
    private static readonly double[] ReactiveMargins = [0, 0.1, 0.25, 0.5, 1, 2];
    private static readonly (DemandTarget Target, double HoldShare)[] Shapes =
        [(DemandTarget.Peak, 0), (DemandTarget.Peak, 0.5), (DemandTarget.End, 1), (DemandTarget.End, 2),
            (DemandTarget.EndByEnsemble, 1)];

    private static readonly string[] ShapeNames =
    [
        .. Shapes.SelectMany(shape => PriceFactors.Select(factor => string.Create(
            Invariant, $"{shape.Target} hold {shape.HoldShare} price x{factor}"))),
    ];

    private static readonly string[] ReactiveNames =
        [.. ReactiveMargins.Select(margin => string.Create(Invariant, $"queue-aware +{margin:P0}"))];

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
    private readonly UnforeseenBurst burst;
    private readonly BurstNeed need;
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
    /// <param name="scratch">May be shared with others of one thread.</param>
    public PredictivePolicy(
        PredictiveOptions options, StaffingTable staffing, DemandForecaster forecaster, ForecastScratch? scratch = null)
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
        curves = (scratch ?? new ForecastScratch()).Curves;
        foreach (var (target, holdShare) in Shapes)
            foreach (var factor in PriceFactors)
                Add(ShapeNames[experts.Count], target, factor, (int)(holdShare * forecaster.Horizon));
        for (var i = 0; i < ReactiveMargins.Length; i++)
            Add(ReactiveNames[i], null, ReactiveMargins[i], reactiveHold);
        bestReactive = experts[^1];
        burst = new UnforeseenBurst(forecaster.Horizon, clock.Ticks(options.RecentHalfLife));
        need = new BurstNeed(staffing, clock.Tick.TotalSeconds, forecaster.Horizon);
        byWish = [.. experts];
    }

    public DemandForecaster Forecaster => forecaster;

    public IReadOnlyList<Expert> Experts => experts;

    /// <summary>
    /// The demand forecast that the last wish was planned on; empty before the first. Valid until another policy of the
    /// same scratch decides.
    /// </summary>
    public DemandCurve Curve(DemandTarget target) => curves[(int)target];

    public ForecastBand? Band
    {
        get
        {
            if (forecaster.Tick < 0)
                return null;
            var end = forecaster[DemandTarget.End];
            return new ForecastBand(forecaster.Horizon, At(0.05), At(0.5), At(0.95), At(0.99));

            double At(double quantile) => Math.Exp(end.Quantile(quantile));
        }
    }

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
        need.Arrive(tick.Index, load);
        ChargeAll(tick.Index, load);
        DecideAll(tick.Index, load);
        if (tick.Index % reweighTicks == 0)
            Reweigh();
        wanted = Wish(tick with { Load = load });
        need.Scale(tick.Index, wanted);
        return wanted;
    }

    private int Wish(in ClusterTick tick)
    {
        var young = fallback.Want(tick);
        if (!IsGrown(tick.Index))
            return young;
        FellBack = MustFallBack();
        var wish = FellBack ? bestReactive.Wanted : Blend();
        if (!MustFollow(tick.Index, tick.Load, wish))
        {
            need.Forget();
            return wish;
        }
        ChooseReactive();
        return Math.Max(
            Math.Max(wish, bestReactive.Wanted), Math.Min(need.Want(options.LatenessPrice), Most()));
    }

    private bool MustFollow(int index, double load, int wish)
    {
        var lateCost = need.IsLate ? options.LatenessPrice * load : 0;
        var reaction = experts[ShapeNames.Length].Wanted;
        return burst.MustFollow(index, forecaster[DemandTarget.End].OutcomeChance, lateCost, reaction, wish);
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
            curves[target].Fill(forecaster[(DemandTarget)target], staffing, priceMax);
        var most = Most();
        foreach (var expert in experts)
            expert.Decide(index, expert.Target is { } target
                ? Math.Min(most, ReplicaPlanner.Cheapest(curves[(int)target], expert.Factor * options.LatenessPrice))
                : staffing.Need(recent * (1 + expert.Factor)));
    }

    // Whatever a forecast's tail or a queue says: nobody asks for more than the boldest reaction to the week's largest
    // load.
    private int Most() => staffing.Need(forecaster.Highest * (1 + ReactiveMargins[^1]));

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
        ChooseReactive();
        double weights = 0, forecasting = 0;
        for (var i = 0; i < ShapeNames.Length; i++)
        {
            weights += experts[i].Weight;
            forecasting += experts[i].Weight * experts[i].RecentCost;
        }
        return bestReactive.RecentCost * weights < forecasting;
    }

    private void ChooseReactive()
    {
        bestReactive = experts[^1];
        for (var i = ShapeNames.Length; i < experts.Count; i++)
            bestReactive = experts[i].RecentCost < bestReactive.RecentCost ? experts[i] : bestReactive;
    }
}
