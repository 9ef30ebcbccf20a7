using System.Security.Cryptography;
using Flyball.Base.Disk;
using Flyball.Base.Ids;
using Flyball.Base.Work;

namespace Flyball.Hosting;

/// <summary>The seams that every module takes from outside, as the real machine has them.</summary>
internal static class PlatformServices
{
    public static IServiceCollection AddPlatform(this IServiceCollection services)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<IDisk>(PhysicalDisk.Instance);
        services.AddSingleton<IWorkers>(PoolWorkers.Instance);
        services.AddSingleton(NewRandom());
        services.AddSingleton<IdSource>();
        return services;
    }

    /// <summary>Here randomness enters: a seed from the operating system.</summary>
    public static Random NewRandom() => new SynchronizedRandom(RandomNumberGenerator.GetInt32(int.MaxValue));

    public static ILoggingBuilder AddPlatformLogging(this ILoggingBuilder logging, LogLevel level)
    {
        logging.ClearProviders();
        logging.SetMinimumLevel(level);
        logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ ";
            console.UseUtcTimestamp = true;
        });
        logging.AddFilter("Microsoft", Max(level, LogLevel.Warning));
        logging.AddFilter("Grpc", Max(level, LogLevel.Warning));
        logging.AddFilter("System.Net.Http", Max(level, LogLevel.Warning));
        logging.AddFilter("Yarp", Max(level, LogLevel.Warning));
        return logging;
    }

    private static LogLevel Max(LogLevel one, LogLevel other) => one > other ? one : other;
}
