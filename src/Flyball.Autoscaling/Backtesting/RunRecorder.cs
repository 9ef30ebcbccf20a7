using System.Globalization;
using Flyball.Autoscaling.Backtesting.Plotting;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>
/// Keeps what a run wanted and, for a policy that forecasts, expected, to write or draw it afterwards.
/// </summary>
internal sealed class RunRecorder
{
    private readonly Simulation simulation;
    private readonly IForecastSource? source;
    private readonly int[] wanted;
    private readonly int[] ready;
    private readonly int everyTicks;
    private readonly List<PlottedBand> bands = [];

    public RunRecorder(Simulation simulation, IScalingPolicy policy)
    {
        this.simulation = simulation;
        source = policy as IForecastSource;
        wanted = new int[simulation.Load.Load.Length];
        ready = new int[wanted.Length];
        everyTicks = Math.Max(1, (wanted.Length - simulation.Load.WarmupTicks) / RunPlot.Columns);
    }

    public void See(ClusterTick tick, int total)
    {
        wanted[tick.Index] = total;
        ready[tick.Index] = tick.Ready;
        if (tick.Index % everyTicks == 0 && source?.Band is { } band)
            bands.Add(new PlottedBand(tick.Index + band.HorizonTicks, band));
    }

    /// <summary>Writes <c>tick,replicas</c> lines and the picture where a path is given.</summary>
    public void Write(string? wantedPath, string? plotPath, string title)
    {
        if (wantedPath is not null)
            File.WriteAllLines(wantedPath, ["tick,replicas", .. wanted.Select(
                (n, i) => string.Create(CultureInfo.InvariantCulture, $"{i},{n}"))]);
        if (plotPath is not null)
            new RunPlot(simulation, ready, wanted, bands).Save(plotPath, title);
    }
}
