using Flyball.Gateway.Certificates.Authority;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>Makes the platform's authority at the first start and runs the keepers with the host.</summary>
internal sealed partial class CertificateService(
    OwnIssuer authority, IReadOnlyList<CertificateKeeper> keepers, ILogger<CertificateService> logger)
    : BackgroundService
{
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await authority.EnsureRootAsync(cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            // A full disk is no reason not to start; the first certificate makes the authority then.
            Log.NoAuthority(logger, e.Message);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(keepers.Select(keeper => keeper.RunAsync(stoppingToken)));

    private static partial class Log
    {
        [LoggerMessage(3124, LogLevel.Error, "The platform's certificate authority was not made: {Reason}")]
        public static partial void NoAuthority(ILogger logger, string reason);
    }
}
