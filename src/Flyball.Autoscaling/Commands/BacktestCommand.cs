using System.CommandLine;
using Flyball.Autoscaling.Backtesting;

namespace Flyball.Autoscaling.Commands;

/// <summary><c>flyball backtest</c>: what policies would have done with a recorded load.</summary>
internal static class BacktestCommand
{
    private const int Ok = 0;
    private const int Failed = 1;
    private const int Usage = 2;

    public static Command Create(BacktestSources sources)
    {
        var arguments = new BacktestArguments();
        var command = new Command(
            "backtest",
            "Replays a recorded load through scaling policies in a simulated cluster, and says for each how much of "
            + "the load came over the capacity or late, and what it cost.\n\n"
            + "Example:\n  flyball backtest --policy default --policy web.yaml --series load.csv --startup 60s");
        foreach (var option in arguments.All)
            command.Add(option);
        foreach (var option in sources.ServerOptions)
            command.Add(option);
        command.SetAction(async (parsed, cancellation) =>
        {
            try
            {
                await RunAsync(arguments, parsed, sources, cancellation);
                return Ok;
            }
            catch (UsageException e)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return Usage;
            }
            catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
            {
                await Console.Error.WriteLineAsync(e.Message);
                return Failed;
            }
        });
        return command;
    }

    private static async Task RunAsync(
        BacktestArguments arguments, ParseResult parsed, BacktestSources sources, CancellationToken cancellation)
    {
        var request = arguments.Read(parsed);
        OutputFiles.Check(request.WantedPath, "--wanted");
        OutputFiles.Check(request.PlotPath, "--plot");
        // Before the load is fetched, which may take long: a mistake in a file shows at once.
        var files = request.Policies.Where(name => !PolicyCatalog.IsBuiltIn(name)).Distinct(StringComparer.Ordinal)
            .ToDictionary(file => file, file => PolicyFiles.Read(file, sources.ReadPolicy), StringComparer.Ordinal);
        LoadSeries series;
        if (request.SeriesPath is { } path)
        {
            series = LoadSeries.ReadFile(path);
            if (request.Range is { } range)
                series = series.Last(range);
        }
        else
        {
            var metrics = sources.OpenMetrics(parsed);
            using var closing = metrics as IDisposable;
            var reader = new MetricSeriesReader(metrics, TimeProvider.System);
            series = await reader.ReadAsync(request.Expression!, request.AskedRange, request.AskedStep, cancellation);
            if (reader.InterpolatedCount + reader.RepeatedCount is > 0 and var filled)
                await Console.Error.WriteLineAsync(
                    $"{filled} of {series.Values.Length} values were missing: {reader.InterpolatedCount} are "
                    + $"interpolated, {reader.RepeatedCount} in gaps of more than ten minutes are those of the day "
                    + "before.");
        }
        var options = request.Complete(series) with
        {
            ReadPolicy = file => files[file],
        };
        // A thread of its own: while this one waits, Ctrl-C is heard.
        await Task.Factory.StartNew(
            () => BacktestRunner.Run(options, Console.Out, Console.Error, cancellation), CancellationToken.None,
            TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }
}
