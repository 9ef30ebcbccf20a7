using System.CommandLine;
using System.Globalization;
using Flyball.Metrics.Importing;
using Flyball.Metrics.Storage;

namespace Flyball.Metrics.Commands;

/// <summary><c>flyball tsdb import</c>: old samples from OpenMetrics text into blocks.</summary>
internal static class TsdbImportCommand
{
    public static Command Create()
    {
        Argument<string> directory = TsdbCommands.DirectoryArgument();
        var file = new Argument<string>("FILE")
        {
            Description = "OpenMetrics text with a timestamp on every sample, in any order.",
        };
        var command = new Command(
            "import",
            "Brings old samples into the database; a file with a mistake changes nothing.\n\n"
            + "Example:\n  flyball tsdb import data api.om")
        { directory, file };
        command.SetAction((parsed, cancellation) =>
        {
            string path = parsed.GetValue(file)!;
            if (!OfflineFiles.AreThere([path])) return Task.FromResult(OfflineFiles.Usage);
            return TsdbCommands.WithStoreAsync(
                parsed.GetValue(directory)!, store => ImportAsync(store, path, cancellation), writes: true);
        });
        return command;
    }

    private static async Task<int> ImportAsync(TimeSeriesStore store, string path, CancellationToken cancellation)
    {
        ImportReport report;
        try
        {
            report = await new OpenMetricsImport(store).RunAsync(() => File.OpenRead(path), cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{path} was not imported as a whole: {e.Message}");
            return OfflineFiles.Failed;
        }

        if (report.Problem is { } problem)
        {
            Console.Error.WriteLine($"{path}: {problem}");
            return OfflineFiles.Failed;
        }

        string exemplars = report.Exemplars == 0 ? ""
            : string.Create(CultureInfo.InvariantCulture, $", {report.Exemplars} exemplars");
        Console.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{report.Samples} samples in {report.Blocks} blocks{exemplars}"));
        if (report.Repeated > 0) Tell(
            report.Repeated, "were left out: their series has a sample at that time already.");
        if (report.ExemplarsLeftOut > 0) Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{report.ExemplarsLeftOut} exemplars were left out: the database keeps no more."));
        if (report.TooNew == 0) return OfflineFiles.Ok;
        Tell(report.TooNew, "are too new to be imported: send them by remote write.");
        return OfflineFiles.Failed;
    }

    private static void Tell(long count, string what) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{count} samples {what}"));
}
