using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Sessions;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Certificates.Acme;

/// <summary>
/// Challenges as resources, which every gateway answers: the ACME server comes by whichever gateway the host's name
/// leads to. An order goes on when all connected gateways have said that they know it.
/// </summary>
internal sealed partial class StoredChallenges(
    IResourceStore store, GatewaySessions sessions, CertificateOptions options, TimeProvider time,
    ILogger<StoredChallenges> logger)
    : IAcmeChallenges
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    public async Task ShowAsync(string host, string token, string keyAuthorization, CancellationToken cancellation)
    {
        var challenge = new AcmeChallenge
        {
            Host = host,
            KeyAuthorization = keyAuthorization,
            CreatedUnixMs = time.GetUtcNow().ToUnixTimeMilliseconds(),
        };
        CommitResult result = await store.CommitAsync(
            new StoreTransaction().Put(Kinds.AcmeChallenge, token, challenge), cancellation);
        if (!result.IsCommitted)
            throw new AcmeException($"The challenge could not be stored: {result.Outcome} {result.Reason}");
        long begun = time.GetTimestamp();
        while (!sessions.HaveAllApplied(result.Revision))
        {
            if (time.GetElapsedTime(begun) > options.GatewaysWait)
            {
                Log.NotEverywhere(logger, host, options.GatewaysWait.TotalSeconds);
                return;
            }

            await Task.Delay(LookInterval, time, cancellation);
        }
    }

    /// <summary>Not cancelled with the order: what it showed is taken back in any case.</summary>
    public async Task HideAsync(string token) =>
        await store.CommitAsync(
            new StoreTransaction().Delete(Kinds.AcmeChallenge.Key(token)), CancellationToken.None);

    private static partial class Log
    {
        [LoggerMessage(3125, LogLevel.Warning,
            "Not every gateway knows the challenge for {Host} after {Seconds} s; the order goes on")]
        public static partial void NotEverywhere(ILogger logger, string host, double seconds);
    }
}
