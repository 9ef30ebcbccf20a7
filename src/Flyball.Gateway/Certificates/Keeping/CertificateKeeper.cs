using Flyball.Base.Resources;
using Flyball.Base.Work;
using Flyball.Contracts;
using Flyball.Gateway.Balancing;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>
/// Has the certificates of one source issued and renewed, on the one server that holds the lease. It looks at every
/// change of a route and at an interval.
/// </summary>
internal sealed partial class CertificateKeeper
{
    private readonly LeasedLoop loop;

    public CertificateKeeper(
        IResourceStore store, ICertificateIssuer issuer, CertificateOptions options, RandomSequence random,
        TimeProvider time, ILogger logger)
    {
        var work = new LeasedLoopOptions
        {
            Lease = "certificates/" + issuer.Source.ToString().ToLowerInvariant(),
            Holder = options.Holder,
            LeaseDuration = options.LeaseDuration,
            Interval = options.Interval,
            Watched = [Kinds.Route.Name],
        };
        var pass = new CertificatePass(store, issuer, work, random, time, logger);
        loop = new LeasedLoop(store, work, pass.RunAsync, failure => Log.Failed(logger, failure), time);
    }

    /// <summary>Ends when cancelled, by exception.</summary>
    public Task RunAsync(CancellationToken cancellation) => loop.RunAsync(cancellation);

    private static partial class Log
    {
        [LoggerMessage(3121, LogLevel.Error, "Certificates could not be looked after; it is tried again")]
        public static partial void Failed(ILogger logger, Exception exception);
    }
}
