using Flyball.Contracts.Autoscaling;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>What <c>flyball backtest</c> was asked for.</summary>
internal sealed record BacktestOptions
{
    /// <summary>Built-in names or policy files. Default: all built-in policies.</summary>
    public IReadOnlyList<string> Policies { get; init; } = PolicyCatalog.Names;

    /// <summary>The recorded load.</summary>
    public required LoadSeries Series { get; init; }

    /// <summary>
    /// Reads the policy in a file; by default there are no files. It throws what the reader has to say.
    /// </summary>
    public Func<string, ScalePolicy> ReadPolicy { get; init; } =
        file => throw new FormatException($"--policy: {file} cannot be read here");

    /// <summary>From asking for a replica to its being ready. Default 300 s.</summary>
    public TimeSpan Startup { get; init; } = TimeSpan.FromSeconds(300);

    /// <summary>The beginning that policies see but that is not scored. Default 7 days.</summary>
    public TimeSpan Warmup { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Length of the series used, warm-up included; null for all of it.</summary>
    public TimeSpan? Length { get; init; }

    /// <summary>Time between two decisions. Default 15 s.</summary>
    public TimeSpan Tick { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>The series is scaled so that its scored part is this many replicas of work on average.</summary>
    public double MeanReplicas { get; init; } = 10;

    /// <summary>Hold the load constant inside a bin instead of interpolating.</summary>
    public bool Constant { get; init; }

    /// <summary>Compare families over their aggressiveness knob instead of single policies.</summary>
    public bool Frontier { get; init; }

    /// <summary>Where to write the replicas wanted a tick by the first policy; null for nowhere.</summary>
    public string? WantedPath { get; init; }

    /// <summary>Where to draw the first policy's run, as SVG or PNG by its ending; null for nowhere.</summary>
    public string? PlotPath { get; init; }

    /// <summary>JSON instead of a table.</summary>
    public bool Json { get; init; }
}
