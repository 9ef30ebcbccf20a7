using System.CommandLine;
using System.Globalization;
using Flyball.Metrics.Storage;
using Flyball.Metrics.Storage.Blocks;

namespace Flyball.Metrics.Commands;

/// <summary><c>flyball tsdb</c>: look at the metrics of a data directory whose server is stopped.</summary>
internal static class TsdbCommands
{
    private const int EntriesShown = 10;

    public static Command Create() => new("tsdb", "Works on metrics on disk, while their server is stopped.")
    {
        Stats(),
        Check(),
        TsdbDumpCommands.Dump(),
        TsdbDumpCommands.Export(),
        TsdbImportCommand.Create(),
    };

    public static Argument<string> DirectoryArgument() => new("DIRECTORY")
    {
        Description = "A server's data directory, or a snapshot of its metrics.",
    };

    private static Command Stats()
    {
        Argument<string> directory = DirectoryArgument();
        var command = new Command(
            "stats",
            "Shows what takes room: blocks, and where series come from.\n\nExample:\n  flyball tsdb stats data")
        { directory };
        command.SetAction((parsed, _) => WithStoreAsync(parsed.GetValue(directory)!, store =>
        {
            Print(store);
            return OfflineFiles.Ok;
        }));
        return command;
    }

    private static Command Check()
    {
        Argument<string> directory = DirectoryArgument();
        var command = new Command(
            "check",
            "Reads everything and tells what is damaged; nothing is changed.\n\nExample:\n  flyball tsdb check data")
        { directory };
        command.SetAction((parsed, cancellation) => WithStoreAsync(parsed.GetValue(directory)!, store =>
        {
            long samples = TsdbReading.CountSamples(store, cancellation);
            foreach (string loss in store.Recovery.Losses) Console.Out.WriteLine(loss);
            long damaged = store.Parts.Metrics.DamagedChunks;
            if (damaged > 0) Console.Out.WriteLine($"{damaged} chunks cannot be read.");
            bool isWhole = damaged == 0 && store.Recovery.Losses.Count == 0;
            string verdict = isWhole ? "whole" : "damaged";
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{samples} samples in {store.Parts.Blocks.All.Count} blocks and the head: {verdict}"));
            return isWhole ? OfflineFiles.Ok : OfflineFiles.Failed;
        }));
        return command;
    }

    /// <summary>Opens the store for a command; the exit code is 2 when it cannot be opened.</summary>
    public static Task<int> WithStoreAsync(string directory, Func<TimeSeriesStore, int> run) =>
        WithStoreAsync(directory, store => Task.FromResult(run(store)));

    /// <summary>The same for a command that waits, and may write.</summary>
    public static async Task<int> WithStoreAsync(
        string directory, Func<TimeSeriesStore, Task<int>> run, bool writes = false)
    {
        OfflineStore? offline = OfflineStore.TryOpen(directory, writes);
        if (offline is null) return OfflineFiles.Usage;
        await using (offline) return await run(offline.Store);
    }

    private static void Print(TimeSeriesStore store)
    {
        TextWriter output = Console.Out;
        foreach (Block block in store.Parts.Blocks.All)
        {
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"block {block.Number,-6} {Time(block.Meta.MinMs)} to {Time(block.Meta.EndMs)}  "
                + $"level {block.Meta.Level}  {block.Meta.SeriesCount} series  {block.SizeBytes} bytes"));
        }

        CardinalityReport report = Cardinality.Count(store.Parts.Head, EntriesShown);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"head         {Time(report.MinMs)} to {Time(report.MaxMs)}  "
            + $"{report.SeriesCount} series  {report.ChunkCount} chunks"));
        Print("series by metric", report.SeriesByMetric);
        Print("values by label", report.ValuesByLabel);
        Print("bytes by label", report.BytesByLabel);
        Print("series by label and value", report.SeriesByPair);
    }

    private static void Print(string title, IReadOnlyList<CardinalityEntry> entries)
    {
        Console.Out.WriteLine();
        Console.Out.WriteLine(title);
        foreach (CardinalityEntry entry in entries)
            Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{entry.Value,12}  {entry.Name}"));
    }

    private static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).UtcDateTime
        .ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
}
