using System.Globalization;
using System.Runtime.CompilerServices;

namespace Flyball.Metrics.Bench.Peers;

/// <summary>Runs rows of the comparison with other servers.</summary>
internal static class PeerRuns
{
    public static readonly string[] Rows = ["ingest", "day", "million", "growth"];

    /// <param name="rows">Rows; all when empty.</param>
    /// <param name="only">Begins the names of the servers that take part; all when empty.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> rows, IReadOnlyList<string> only)
    {
        IReadOnlyList<PeerKind> kinds =
        [
            .. PeerKind.All(Path.Combine(Root(), "artifacts")).Where(kind => only.Count == 0
                || only.Any(name => kind.Name.StartsWith(name, StringComparison.OrdinalIgnoreCase))),
        ];
        foreach (PeerKind kind in kinds.Where(kind => !File.Exists(kind.Executable)))
        {
            Console.Error.WriteLine($"{kind.Executable} is missing: "
                + "bash build/publish.sh artifacts/flyball && bash build/unpack-peers.sh");
            return 1;
        }

        string folder = Directory.CreateTempSubdirectory("flyball-peers-").FullName;
        var table = new PeerTable();
        try
        {
            foreach (string row in rows.Count == 0 ? Rows : rows)
            {
                DateTime begun = DateTime.UtcNow;
                await RunAsync(row, kinds, folder, table);
                Console.Error.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{row}: {(DateTime.UtcNow - begun).TotalSeconds:F0} s"));
            }
        }
        finally
        {
            table.Print();
            Directory.Delete(folder, recursive: true);
        }

        return 0;
    }

    private static Task RunAsync(string row, IReadOnlyList<PeerKind> kinds, string folder, PeerTable table) =>
        row switch
        {
            "ingest" => IngestRow.RunAsync(kinds, folder, table),
            "day" => DayRow.RunAsync(kinds, folder, table),
            "million" => MillionRow.RunAsync(kinds, folder, table),
            "growth" => GrowthRow.RunAsync(kinds, folder, table),
            _ => throw new ArgumentException($"There is no row {row}; there are {string.Join(", ", Rows)}."),
        };

    private static string Root([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", "..", ".."));
}
