using System.Globalization;
using Flyball.Autoscaling.Backtesting.Manifests;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Policies;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>The policies a backtest knows by name, and those it reads from files.</summary>
/// <param name="simulation">The cluster and the load they are for.</param>
/// <param name="readPolicy">Reads the policy in a file; null where there are no files.</param>
/// <param name="notes">Receives what a person should know about how a file's policy is run.</param>
internal sealed class PolicyCatalog(
    Simulation simulation, Func<string, ScalePolicy>? readPolicy = null, TextWriter? notes = null)
{
    public static readonly IReadOnlyList<string> Names =
    [
        "default", "hpa-50", "hpa-60", "hpa-70", "hpa-80", "queue-aware-0", "queue-aware-10", "queue-aware-25",
        "queue-aware-50", "clairvoyant",
    ];

    public static readonly double[] HpaTargets = [0.3, 0.4, 0.5, 0.6, 0.7, 0.8];
    public static readonly double[] QueueAwareMargins = [0, 0.1, 0.25, 0.5];

    /// <summary>The default family's knob: lateness prices from careless to deep-tail, a factor of two apart.</summary>
    public static readonly double[] LatenessPrices = [.. Enumerable.Range(0, 18).Select(k => Math.Pow(2, k))];

    // Ten times the load is rather a slip of the keyboard.
    private const double MarginMax = 10;

    private readonly ForecastScratch scratch = new();
    private DemandForecaster? forecaster;

    /// <summary>The policy called <paramref name="name"/>, or read from the file of that name.</summary>
    /// <exception cref="FormatException">Neither exists, or the file is not a policy.</exception>
    public IScalingPolicy Create(string name) => name switch
    {
        "default" => Default(new PredictiveOptions()),
        "clairvoyant" => new ClairvoyantPolicy(
            simulation.Load.Load, simulation.Staffing, simulation.StartupTicks),
        _ when Percent(name, "hpa-") is { } target and > 0 and <= 1 => Hpa(target),
        _ when Percent(name, "queue-aware-") is { } margin and <= MarginMax => QueueAware(margin),
        _ when readPolicy is not null => OfManifest(name, readPolicy(name)),
        _ => throw new FormatException($"--policy: '{name}' is none of {string.Join(", ", Names)}"),
    };

    /// <summary>Whether a policy of that name is built in; else it is a file's.</summary>
    public static bool IsBuiltIn(string name) => name is "default" or "clairvoyant"
        || Percent(name, "hpa-") is > 0 and <= 1 || Percent(name, "queue-aware-") is <= MarginMax;

    public static IScalingPolicy Hpa(double target) => new HorizontalPodPolicy(target);

    public IScalingPolicy QueueAware(double margin) => new QueueAwarePolicy(simulation.Staffing, margin);

    /// <summary>The predictive policy; all of one catalogue share a forecaster, the load being the same.</summary>
    public PredictivePolicy Default(PredictiveOptions options)
    {
        forecaster ??= new DemandForecaster(
            new ForecastClock(simulation.Load.Tick, simulation.Load.Start), simulation.StartupTicks, scratch);
        return new PredictivePolicy(options, simulation.Staffing, forecaster, scratch);
    }

    private static double? Percent(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            ? percent / 100.0
            : null;

    private ManifestPolicy OfManifest(string name, ScalePolicy policy)
    {
        var (kept, leftOut) = SimulatedSignals.Keep(policy);
        if (leftOut.Count > 0)
            notes?.WriteLine(
                $"{name}: left out, because the simulated cluster knows no such signal: {string.Join(", ", leftOut)}");
        // Schedules run anywhere; but beside parts that were left out they are not the policy that was meant.
        var hasParts = kept.Targets.Count > 0 || kept.Rules.Count > 0 || kept.Prediction is not null;
        if (!hasParts && (kept.Schedules.Count == 0 || leftOut.Count > 0))
            throw new FormatException($"--policy: {name}: nothing in it can be run in a simulated cluster");
        var replica = SimulatedReplica.For(kept);
        if (replica.Assumption.Length > 0)
            notes?.WriteLine($"{name}: {replica.Assumption}");
        return new ManifestPolicy(kept, replica, simulation);
    }
}
