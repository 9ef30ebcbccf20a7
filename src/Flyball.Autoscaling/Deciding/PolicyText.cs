using System.Globalization;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Deciding;

/// <summary>Policies and values in words.</summary>
internal static class PolicyText
{
    private const int QueryShown = 60;
    private const double LargeMin = 1e9;
    private static readonly CultureInfo Invariant = CultureInfo.InvariantCulture;

    public static string Of(ScaleRule rule)
    {
        string threshold = Value(rule.Signal, rule.Threshold);
        string comparison = (rule.Above ? ">" : "<") + (rule.OrEqual ? "=" : "");
        return $"rule {Signal(rule.Signal, rule.Query)} {comparison} {threshold}";
    }

    public static string Of(ScaleTarget target) =>
        $"target {Signal(target.Signal, target.Query)} {Value(target.Signal, target.Value)}"
        + (target.PerReplica ? " a replica" : "");

    public static string Signal(ScaleSignal signal, string? query) => signal switch
    {
        ScaleSignal.Cpu => "cpu",
        ScaleSignal.Memory => "memory",
        ScaleSignal.Disk => "disk",
        ScaleSignal.RequestsPerSecond => "requests_per_second",
        ScaleSignal.Concurrency => "concurrency",
        ScaleSignal.Latency => "latency",
        _ => query is { Length: > QueryShown } ? string.Concat(query.AsSpan(0, QueryShown), "…") : query ?? "",
    };

    public static string Value(ScaleSignal signal, double value) => double.IsNaN(value) ? "unknown" : signal switch
    {
        ScaleSignal.Cpu or ScaleSignal.Memory or ScaleSignal.Disk => Share(value),
        ScaleSignal.Latency => string.Create(Invariant, $"{value * 1000:0.#} ms"),
        _ => Number(value),
    };

    public static string Share(double value) => Math.Abs(value) < LargeMin
        ? string.Create(Invariant, $"{value * 100:0.#} %")
        : $"{Number(value * 100)} %";

    /// <summary>Beyond a billion the digits are of no use to anybody.</summary>
    public static string Number(double value) => double.IsInfinity(value)
        ? "infinite"
        : value.ToString(Math.Abs(value) switch { < 1 => "0.###", < LargeMin => "0.##", _ => "0.##e+0" }, Invariant);

    public static string Span(TimeSpan span) => span.TotalSeconds < 120
        ? string.Create(Invariant, $"{span.TotalSeconds:0.#} s")
        : string.Create(Invariant, $"{span.TotalMinutes:0.#} min");

    /// <summary>The policy in one line.</summary>
    public static string Summary(ScalePolicy policy)
    {
        List<string> parts =
        [
            .. policy.Targets.Select(Of), .. policy.Rules.Select(Of),
            .. policy.Schedules.Select(s => string.Create(Invariant, $"at least {s.Min} at '{s.Cron}' {s.TimeZone}")),
        ];
        if (policy.Prediction is { } prediction)
            parts.Add($"prediction with a risk of {Share(prediction.Risk)}");
        string mode = policy.Mode.ToString().ToLowerInvariant();
        return string.Create(Invariant, $"x-scale: {mode}, {policy.Min} to {policy.Max} replicas")
            + (parts.Count > 0 ? "; " + string.Join(", ", parts) : "");
    }
}
