using Flyball.Benchmarks.Autoscaling;
using Flyball.Benchmarks.Discovery;
using Flyball.Benchmarks.Scheduling;
using Flyball.Benchmarks.Store;

// An area a subcommand: dotnet run -c Release --project bench/Flyball.Benchmarks -- store
string[] rest = args.Length > 1 ? args[1..] : [];
switch (args.FirstOrDefault())
{
    case "store":
        await StoreBenchmark.RunAsync(rest);
        return 0;
    case "scheduling":
        SchedulingBenchmark.Run(rest);
        return 0;
    case "autoscaling":
        await ScalingBenchmark.RunAsync(rest);
        return 0;
    case "discovery":
        await DiscoveryBenchmark.RunAsync(rest);
        return 0;
    default:
        Console.Error.WriteLine("Which area? One of: autoscaling, discovery, scheduling, store");
        return 2;
}
