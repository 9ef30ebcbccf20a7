using Flyball.Autoscaling.Leading;
using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Explaining;

/// <summary>A policy in a list. Without <see cref="Wanted"/> this server has not decided about it.</summary>
internal sealed record ScalingRow(
    string Workload, ScaleMode Mode, int Min, int Max, int? Replicas, int? Wanted, string? Reason,
    IReadOnlyList<string>? Missing, long? PinnedUntilUnixMs);

/// <summary>A policy, what it saw last and what it made of it.</summary>
internal sealed record ScalingDetail
{
    public required string Workload { get; init; }

    public required ScalePolicy Policy { get; init; }

    public long? AtUnixMs { get; init; }

    public int? Replicas { get; init; }

    public int? Ready { get; init; }

    public int? Wanted { get; init; }

    public string? Reason { get; init; }

    public long? PinnedUntilUnixMs { get; init; }

    public double? StartupSeconds { get; init; }

    public IReadOnlyList<ProposalView>? Proposals { get; init; }

    public ForecastView? Forecast { get; init; }

    public IReadOnlyList<string>? Missing { get; init; }

    public IReadOnlyList<string>? Failures { get; init; }

    /// <summary>The same in sentences.</summary>
    public required IReadOnlyList<string> Story { get; init; }

    public static ScalingDetail Of(
        ScalePolicy policy, ScalingReport? report, IReadOnlyList<string> story) => report is null
        ? new ScalingDetail { Workload = policy.Workload, Policy = policy, Story = story }
        : new ScalingDetail
        {
            Workload = policy.Workload,
            Policy = policy,
            AtUnixMs = report.Seen.AtUnixMs,
            Replicas = report.Seen.Replicas,
            Ready = report.Seen.Ready,
            Wanted = report.Verdict.Wanted,
            Reason = ScalingStory.Reason(report),
            PinnedUntilUnixMs = report.PinnedUntilUnixMs,
            StartupSeconds = report.Startup?.TotalSeconds,
            Proposals =
            [
                .. report.Verdict.Proposals.Select(
                    proposal => new ProposalView(proposal.Source, proposal.Replicas, Known(proposal.Value))),
            ],
            Forecast = ForecastView.Of(report.Verdict.Prediction),
            Missing = report.Verdict.Missing,
            Failures = report.Failures,
            Story = story,
        };

    internal static double? Known(double value) => double.IsFinite(value) ? value : null;
}

/// <summary>What one part of a policy saw and asks for.</summary>
internal sealed record ProposalView(string Source, int? Replicas, double? Value);

/// <summary>A forecast: quantiles of the highest demand within the horizon, and what one replica carries.</summary>
internal sealed record ForecastView(
    double HorizonSeconds, double? P50, double? P95, double? P99, double Capacity, string Basis, string Regime,
    bool Trusted)
{
    public static ForecastView? Of(Predicting.Prediction? prediction) => prediction is null
        ? null
        : new ForecastView(
            prediction.Horizon.TotalSeconds,
            ScalingDetail.Known(prediction.Quantiles.Median),
            ScalingDetail.Known(prediction.Quantiles.High),
            ScalingDetail.Known(prediction.Quantiles.Higher),
            prediction.Capacity,
            prediction.Basis.ToString(),
            prediction.Regime.ToString(),
            prediction.IsTrusted);
}
