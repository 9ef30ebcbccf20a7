using System.Globalization;
using Flyball.Metrics.Bench;
using Flyball.Metrics.Bench.Peers;

int Number(int index, int fallback) =>
    args.Length > index ? int.Parse(args[index], CultureInfo.InvariantCulture) : fallback;

switch (args.FirstOrDefault())
{
    case "columns":
        ColumnSizes.Run(120);
        ColumnSizes.Run(480);
        break;
    case "intake":
        IntakeRuns.Run();
        break;
    case "ingest":
        await StoreRuns.IngestAsync(args[1], Number(2, 10_000), Number(3, 200), Number(4, 4));
        break;
    case "disk":
        await StoreRuns.DiskAsync(args[1], Number(2, 10_000), Number(3, 24));
        break;
    case "memory":
        await StoreRuns.MemoryAsync(args[1], Number(2, 1_000_000), Number(3, 20), args.Contains("--checkpoint"));
        break;
    case "query":
        await StoreRuns.QueryAsync(args[1]);
        break;
    case "restart":
        await StoreRuns.RestartAsync(args[1]);
        break;
    case "workloads":
        await WorkloadRuns.RunAsync(args[1], Number(2, 10_000));
        break;
    case "peers":
        string[] words = args[1..];
        return await PeerRuns.RunAsync(
            [.. words.Where(PeerRuns.Rows.Contains)], [.. words.Where(word => !PeerRuns.Rows.Contains(word))]);
    default:
        Console.WriteLine("""
            columns
            intake
            ingest DIR [series] [scrapes] [senders]
            disk DIR [series] [hours]
            memory DIR [series] [scrapes] [--checkpoint]
            restart DIR
            query DIR
            workloads DIR [count]
            peers [ingest | day | million | growth]… [flyball | prometheus | victoria]…
            """);
        return 2;
}

return 0;
