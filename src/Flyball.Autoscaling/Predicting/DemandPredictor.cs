using Flyball.Autoscaling.Capacity;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Policies;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Predicting;

/// <summary>
/// The predictive policy of one workload over live ticks: demand in, replicas out. Begins empty and is fed the history
/// first. One thread at a time.
/// </summary>
internal sealed class DemandPredictor
{
    // At this risk the policy's own standard price of late work holds; half the risk is worth twice the price.
    private const double StandardRisk = 0.01;
    private const double PriceMax = 1 << 17;
    private const int FloorTicks = 3;

    private readonly PredictivePolicy policy;
    private readonly DemandForecaster forecaster;
    private readonly StaffingTable staffing;
    private readonly SlidingMaximum latest = new(FloorTicks);
    private readonly double risk;
    private int floor = 1;
    private int ticks;

    /// <param name="spec">The policy's wishes.</param>
    /// <param name="clock">Its first tick is the first that is fed.</param>
    /// <param name="horizonTicks">How far ahead, at least one tick.</param>
    /// <param name="staffing">Proportional; may be shared by predictors of one thread.</param>
    /// <param name="scratch">The same.</param>
    public DemandPredictor(
        ScalePrediction spec, ForecastClock clock, int horizonTicks, StaffingTable staffing, ForecastScratch scratch)
    {
        this.staffing = staffing;
        risk = spec.Risk;
        forecaster = new DemandForecaster(clock, horizonTicks, scratch);
        var standard = new PredictiveOptions();
        policy = new PredictivePolicy(
            standard with
            {
                LatenessPrice = Math.Min(PriceMax, standard.LatenessPrice * StandardRisk / Math.Max(risk, 1e-9)),
                // What is given is time; the policy's own lengths are the clock's.
                TrustAfter = spec.After * clock.Pace,
            },
            staffing, forecaster, scratch);
    }

    public int HorizonTicks => forecaster.Horizon;

    /// <summary>Ticks fed so far.</summary>
    public int Ticks => ticks;

    /// <summary>Feeds the next tick; NaN where the demand is not known.</summary>
    /// <param name="load">Demand divided by what one replica carries.</param>
    /// <returns>Replicas wanted.</returns>
    public int Feed(double load)
    {
        var wanted = policy.Want(new ClusterTick(ticks++, load, load, 1, 1));
        if (!forecaster.Missing)
            floor = staffing.Need(latest.Push(load));
        return wanted;
    }

    /// <summary>The same, with all that explains it.</summary>
    public Prediction Step(double load, double capacity, CapacityBasis basis)
    {
        var wanted = Feed(load);
        var peak = forecaster[DemandTarget.Peak];
        return new Prediction
        {
            Wanted = wanted,
            Floor = floor,
            RiskFloor = policy.Curve(DemandTarget.Peak).Count > 0
                ? ReplicaPlanner.FewestFor(policy.Curve(DemandTarget.Peak), 1 - risk)
                : wanted,
            IsTrusted = policy.IsGrown(ticks - 1) && !policy.FellBack,
            IsMissing = forecaster.Missing,
            Quantiles = (At(0.5), At(0.95), At(0.99)),
            Horizon = forecaster.Horizon * forecaster.Clock.Tick,
            Regime = forecaster.Regimes.Likeliest,
            Capacity = capacity,
            Basis = basis,
        };

        double At(double quantile) => Math.Exp(peak.Quantile(quantile)) * capacity;
    }

    /// <summary>The forecast of the demand one horizon after the tick fed last.</summary>
    /// <param name="scale">What the loads fed are multiplied by.</param>
    public ForecastBand Band(double scale)
    {
        var end = forecaster[DemandTarget.End];
        return new ForecastBand(forecaster.Horizon, At(0.05), At(0.5), At(0.95), At(0.99));

        double At(double quantile) => Math.Exp(end.Quantile(quantile)) * scale;
    }
}
