using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Apis.Keeping;

/// <summary>Keeps the catalogue on the one server that holds the lease <c>apis</c>.</summary>
internal sealed partial class CatalogueLoop(
    IResourceStore store, DocumentPass pass, ApisOptions options, TimeProvider time, ILogger<CatalogueLoop> logger)
    : BackgroundService
{
    private readonly LeasedLoop loop = new(
        store,
        new LeasedLoopOptions
        {
            Lease = "apis",
            Holder = options.Holder,
            LeaseDuration = options.LeaseDuration,
            Interval = options.Interval,
            Watched = [Kinds.ApiSource.Name, Kinds.Workload.Name, Kinds.Version.Name, Kinds.Endpoint.Name],
        },
        pass.RunAsync, failure => Log.Failed(logger, failure), time);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => loop.RunAsync(stoppingToken);

    private static partial class Log
    {
        [LoggerMessage(3400, LogLevel.Error, "The catalogue of APIs could not be looked after; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
