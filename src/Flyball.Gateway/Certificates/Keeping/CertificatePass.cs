using Flyball.Base.Resources;
using Flyball.Contracts;
using Flyball.Contracts.Gateway.Security;
using Flyball.Contracts.Journal;
using Flyball.Gateway.Balancing;
using Flyball.Gateway.Certificates.Acme;
using Microsoft.Extensions.Logging;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>
/// One look at what is due: certificates are issued one after the other, and what nobody needs any more is cleared
/// away.
/// </summary>
internal sealed partial class CertificatePass(
    IResourceStore store, ICertificateIssuer issuer, RandomSequence random, TimeProvider time, ILogger logger)
{
    /// <summary>Longer than any order takes: what is left of a challenge then was left by a server that died.</summary>
    private static readonly TimeSpan ChallengeKept = TimeSpan.FromHours(1);

    public async Task RunAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        foreach ((string host, CertificateSource source) in WantedCertificates.Of(store.Current))
        {
            if (source != issuer.Source) continue;
            Resource<Certificate>? known = store.Current.Get(Kinds.Certificate, WantedCertificates.NameOf(host));
            if (CertificatePlan.IsDue(known?.Value, source, time.GetUtcNow()))
                await RenewAsync(host, known, lease, cancellation);
        }

        await ClearAsync(lease, cancellation);
    }

    private async Task RenewAsync(
        string host, Resource<Certificate>? known, LeaseEpoch lease, CancellationToken cancellation)
    {
        Certificate next;
        Event happened;
        try
        {
            IssuedCertificate issued = await issuer.IssueAsync(host, lease, cancellation);
            next = CertificatePlan.Issued(host, issuer.Source, issued, Chance());
            happened = new Event
            {
                Type = "certificate.issued",
                Message = $"{host} has a certificate until {issued.NotAfter:u}.",
            };
        }
        catch (AcmeException e)
        {
            next = CertificatePlan.Failed(
                known?.Value, new CertificateFailure(host, issuer.Source, e.Message, e.RetryAfter), time.GetUtcNow(),
                Chance());
            happened = Failure(next);
            Log.NotIssued(logger, host, next.FailedTries, e.Message);
        }

        ResourceKey key = Kinds.Certificate.Key(WantedCertificates.NameOf(host));
        CommitResult result = await store.CommitAsync(
            new StoreTransaction()
                .Require(key, known?.Revision ?? Revision.None)
                .Put(key, Kinds.Certificate.Encode(next))
                .Append(JournalEntries.From(happened, key, time))
                .Under(lease),
            cancellation);
        if (!result.IsCommitted) Log.NotStored(logger, host, result.Outcome, result.Reason);
    }

    private Event Failure(Certificate failed)
    {
        string standing = failed.ChainPem is null
            ? "It has none"
            : $"The one it has ends at {DateTimeOffset.FromUnixTimeMilliseconds(failed.NotAfterUnixMs):u}";
        DateTimeOffset next = DateTimeOffset.FromUnixTimeMilliseconds(failed.NextTryUnixMs);
        bool isOut = failed.NotAfterUnixMs <= time.GetUtcNow().ToUnixTimeMilliseconds();
        return new Event
        {
            Type = "certificate.failed",
            Severity = isOut ? EventSeverity.Error : EventSeverity.Warning,
            Message = $"No certificate for {failed.Host}: {failed.Problem} {standing}; next try at {next:u}.",
        };
    }

    /// <summary>A certificate that no route wants stays while it is good: the route may come back.</summary>
    private async Task ClearAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        ResourceSnapshot snapshot = store.Current;
        SortedDictionary<string, CertificateSource> wanted = WantedCertificates.Of(snapshot);
        long now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var transaction = new StoreTransaction().Under(lease);
        foreach (Resource<Certificate> one in snapshot.List(Kinds.Certificate))
        {
            bool isOver = one.Value.ChainPem is null || one.Value.NotAfterUnixMs <= now;
            if (isOver && one.Value.Source == issuer.Source && !wanted.ContainsKey(one.Value.Host))
                transaction.Require(one.Key, one.Revision).Delete(one.Key);
        }

        foreach (Resource<AcmeChallenge> one in snapshot.List(Kinds.AcmeChallenge))
        {
            if (issuer.Source == CertificateSource.Acme
                && one.Value.CreatedUnixMs <= now - (long)ChallengeKept.TotalMilliseconds)
                transaction.Delete(one.Key);
        }

        if (!transaction.IsEmpty) await store.CommitAsync(transaction, cancellation);
    }

    private double Chance() => random.Next() / (double)ulong.MaxValue;

    private static partial class Log
    {
        [LoggerMessage(3122, LogLevel.Warning, "No certificate for {Host} after {Tries} tries: {Reason}")]
        public static partial void NotIssued(ILogger logger, string host, int tries, string reason);

        [LoggerMessage(3123, LogLevel.Warning, "The certificate of {Host} was not stored: {Outcome} {Reason}")]
        public static partial void NotStored(ILogger logger, string host, CommitOutcome outcome, string? reason);
    }
}
