using Flyball.Autoscaling.Backtesting;

namespace Flyball.Autoscaling.Commands;

/// <summary>What was asked on the command line, before the series is known.</summary>
internal sealed record BacktestRequest
{
    private static readonly TimeSpan StandardStartup = TimeSpan.FromSeconds(300);
    private static readonly TimeSpan StandardWarmup = TimeSpan.FromDays(7);
    private static readonly TimeSpan StandardRange = TimeSpan.FromDays(14);
    private static readonly TimeSpan StandardStep = TimeSpan.FromMinutes(1);

    // Four years at 15 s; more would rather be a slip of a unit.
    private const double TicksMax = 10_000_000;

    public required IReadOnlyList<string> Policies { get; init; }

    public required string? SeriesPath { get; init; }

    public required string? Expression { get; init; }

    public required TimeSpan? Range { get; init; }

    public required TimeSpan? Startup { get; init; }

    public required TimeSpan? Warmup { get; init; }

    public required TimeSpan? Length { get; init; }

    public required TimeSpan Tick { get; init; }

    public required double MeanReplicas { get; init; }

    public required bool Constant { get; init; }

    public required bool Frontier { get; init; }

    public required string? WantedPath { get; init; }

    public required string? PlotPath { get; init; }

    public required bool Json { get; init; }

    /// <summary>How far back the metrics are asked.</summary>
    public TimeSpan AskedRange => Range ?? StandardRange;

    /// <summary>The step of a series from the metrics: a minute, less where replicas start faster.</summary>
    public TimeSpan AskedStep
    {
        get
        {
            var step = Startup < StandardStep ? Startup.Value : StandardStep;
            return step < Tick ? Tick : step;
        }
    }

    /// <exception cref="UsageException">Options do not go together.</exception>
    public void Check()
    {
        if (SeriesPath is null == Expression is null)
            throw new UsageException("Say where the load comes from: either --series FILE.csv or --promql EXPRESSION.");
        if (!(MeanReplicas >= 0.1 && MeanReplicas <= 10_000))
            throw new UsageException("--mean-replicas: must be from 0.1 to 10000.");
        if (PlotPath is not null && !Has(PlotPath, ".svg") && !Has(PlotPath, ".png"))
            throw new UsageException($"--plot: '{PlotPath}' ends neither in .svg nor in .png.");
        if (Startup < Tick)
            throw new UsageException("--startup: must not be shorter than --tick.");
        if (Frontier && Policies.Count > 0)
            throw new UsageException("--frontier compares whole families: leave --policy away.");
        if (Frontier && (WantedPath ?? PlotPath) is not null)
            throw new UsageException("--wanted and --plot are about one policy: leave --frontier away.");
    }

    /// <summary>Fills in what the series decides, and checks what it must fit.</summary>
    /// <exception cref="UsageException">The options do not fit the series.</exception>
    public BacktestOptions Complete(LoadSeries series)
    {
        var startup = Startup ?? (series.Step > StandardStartup ? series.Step : StandardStartup);
        var length = series.Values.Length * series.Step;
        var used = Length is { } cut && cut < length ? cut : length;
        var warmup = Warmup ?? (StandardWarmup <= used / 4 ? StandardWarmup : used / 4);
        if (series.Step > startup && !Constant)
            throw new UsageException(
                $"The series has a step of {OptionValues.Text(series.Step)}, longer than the start-up of "
                + $"{OptionValues.Text(startup)}: interpolating would tell policies the future. Give --startup "
                + $"{OptionValues.Text(series.Step)} or more, or --constant.");
        if (series.Step < Tick)
            throw new UsageException(
                $"--tick: {OptionValues.Text(Tick)} is longer than the series' step of "
                + $"{OptionValues.Text(series.Step)}.");
        if (used / Tick > TicksMax)
            throw new UsageException(
                $"The series has more than {TicksMax:0} ticks: give a longer --tick or fewer --days.");
        if (warmup >= used)
            throw new UsageException(
                $"--warmup: {OptionValues.Text(warmup)} leaves nothing to score of {OptionValues.Text(used)}.");
        return new BacktestOptions
        {
            Series = series,
            Policies = Policies.Count > 0 ? Policies : PolicyCatalog.Names,
            Startup = startup,
            Warmup = warmup,
            Length = Length,
            Tick = Tick,
            MeanReplicas = MeanReplicas,
            Constant = Constant,
            Frontier = Frontier,
            WantedPath = WantedPath,
            PlotPath = PlotPath,
            Json = Json,
        };
    }

    private static bool Has(string path, string ending) => path.EndsWith(ending, StringComparison.OrdinalIgnoreCase);
}
