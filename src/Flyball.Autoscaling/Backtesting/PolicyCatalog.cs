using System.Globalization;
using System.Text.Json;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>The policies a backtest knows by name, and those it reads from files.</summary>
internal sealed class PolicyCatalog(Simulation simulation)
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

    private DemandForecaster? forecaster;

    /// <summary>The policy called <paramref name="name"/>, or read from the file of that name.</summary>
    /// <exception cref="FormatException">Neither exists, or the file is not a policy.</exception>
    public IScalingPolicy Create(string name) => name switch
    {
        "default" => Default(new PredictiveOptions()),
        "clairvoyant" => new ClairvoyantPolicy(
            simulation.Load.Load, simulation.Staffing, simulation.StartupTicks),
        _ when Percent(name, "hpa-") is { } target and > 0 and <= 1 => Hpa(target),
        _ when Percent(name, "queue-aware-") is { } margin => QueueAware(margin),
        _ => Default(Read(name)),
    };

    public static IScalingPolicy Hpa(double target) => new HorizontalPodPolicy(target);

    public IScalingPolicy QueueAware(double margin) => new QueueAwarePolicy(simulation.Staffing, margin);

    /// <summary>The predictive policy; all of one catalogue share a forecaster, the load being the same.</summary>
    public PredictivePolicy Default(PredictiveOptions options)
    {
        forecaster ??= new DemandForecaster(
            new ForecastClock(simulation.Load.Tick, simulation.Load.Start), simulation.StartupTicks);
        return new PredictivePolicy(options, simulation.Staffing, forecaster);
    }

    private static double? Percent(string name, string prefix) =>
        name.StartsWith(prefix, StringComparison.Ordinal)
            && int.TryParse(
                name.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var percent)
            ? percent / 100.0
            : null;

    private static PredictiveOptions Read(string path)
    {
        if (!File.Exists(path))
            throw new FormatException($"--policy: '{path}' is neither a file nor one of {string.Join(", ", Names)}");
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), BacktestJson.Default.PredictiveOptions)
                ?? throw new FormatException($"--policy: {path} holds no policy");
        }
        catch (JsonException e)
        {
            throw new FormatException($"--policy: {path}: {e.Message}", e);
        }
    }
}
