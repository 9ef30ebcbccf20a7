using System.Globalization;
using Flyball.Autoscaling.Forecasting;
using Flyball.Autoscaling.Policies;

namespace Flyball.Autoscaling.Backtesting;

/// <summary>Keeps what a run wanted and, for a predictive policy, forecast, to write or draw it afterwards.</summary>
internal sealed class RunRecorder
{
    private readonly Simulation simulation;
    private readonly DemandForecaster? forecaster;
    private readonly int[] wanted;
    private readonly int[] ready;
    private readonly int everyTicks;
    private readonly List<ForecastBand> bands = [];

    public RunRecorder(Simulation simulation, IScalingPolicy policy)
    {
        this.simulation = simulation;
        forecaster = (policy as PredictivePolicy)?.Forecaster;
        wanted = new int[simulation.Load.Load.Length];
        ready = new int[wanted.Length];
        everyTicks = Math.Max(1, (wanted.Length - simulation.Load.WarmupTicks) / RunPlot.Columns);
    }

    public void See(ClusterTick tick, int total)
    {
        wanted[tick.Index] = total;
        ready[tick.Index] = tick.Ready;
        if (forecaster is null || tick.Index % everyTicks != 0)
            return;
        var model = forecaster[DemandTarget.End];
        bands.Add(new ForecastBand(
            tick.Index + forecaster.Horizon, Math.Exp(model.Quantile(0.05)), Math.Exp(model.Quantile(0.5)),
            Math.Exp(model.Quantile(0.95)), Math.Exp(model.Quantile(0.99))));
    }

    /// <summary>Writes <c>tick,replicas</c> lines and the picture where a path is given.</summary>
    public void Write(string? wantedPath, string? plotPath, string title)
    {
        if (wantedPath is not null)
            File.WriteAllLines(wantedPath, ["tick,replicas", .. wanted.Select(
                (n, i) => string.Create(CultureInfo.InvariantCulture, $"{i},{n}"))]);
        if (plotPath is not null)
            File.WriteAllText(plotPath, new RunPlot(simulation, ready, wanted, bands).Draw(title));
    }
}
