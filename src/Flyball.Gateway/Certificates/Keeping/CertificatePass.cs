using Flyball.Base.Resources;
using Flyball.Base.Work;
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
    IResourceStore store, ICertificateIssuer issuer, LeasedLoopOptions work, RandomSequence random,
    TimeProvider time, ILogger logger)
{
    /// <summary>Longer than any order takes: what is left of a challenge then was left by a server that died.</summary>
    private static readonly TimeSpan ChallengeKept = TimeSpan.FromHours(1);

    /// <param name="lease">
    /// Renewed before each host, since an order may take minutes: when it is another server's, the pass ends.
    /// </param>
    /// <param name="cancellation">Ends the pass, by exception.</param>
    public async Task RunAsync(LeaseEpoch lease, CancellationToken cancellation)
    {
        var tried = new HashSet<string>(StringComparer.Ordinal);
        while (Next(tried) is { Count: > 0 } hosts)
        {
            foreach (string host in hosts)
            {
                tried.Add(host);
                if (!await HoldsAsync(lease, cancellation)) return;
                await RenewAsync(host, lease, cancellation);
            }
        }

        await ClearAsync(lease, cancellation);
    }

    /// <summary>
    /// The due ones that have not failed; when there are none, the one that failed and waits for longest. It may take
    /// as long as an order can, so that what has become due meanwhile is looked for after each.
    /// </summary>
    private List<string> Next(HashSet<string> tried)
    {
        var fresh = new List<string>();
        (string Host, long DueUnixMs)? failed = null;
        foreach ((string host, CertificateSource source) in WantedCertificates.Of(store.Current))
        {
            if (source != issuer.Source || tried.Contains(host)) continue;
            Certificate? known = Known(host)?.Value;
            if (!CertificatePlan.IsDue(known, source, time.GetUtcNow())) continue;
            if (known is not { FailedTries: > 0 }) fresh.Add(host);
            else if (failed is null || known.NextTryUnixMs < failed.Value.DueUnixMs)
                failed = (host, known.NextTryUnixMs);
        }

        return fresh.Count == 0 && failed is { Host: var again } ? [again] : fresh;
    }

    private Resource<Certificate>? Known(string host) =>
        store.Current.Get(Kinds.Certificate, WantedCertificates.NameOf(host));

    private async Task<bool> HoldsAsync(LeaseEpoch lease, CancellationToken cancellation) =>
        await store.AcquireAsync(work.Lease, work.Holder, work.LeaseDuration, cancellation) == lease;

    private async Task RenewAsync(string host, LeaseEpoch lease, CancellationToken cancellation)
    {
        Resource<Certificate>? known = Known(host);
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
        // Not under the lease: where it was lost meanwhile, the certificate is as good and the wait is everybody's. The
        // revision tells whether the other server was faster.
        CommitResult result = await store.CommitAsync(
            new StoreTransaction()
                .Require(key, known?.Revision ?? Revision.None)
                .Put(key, Kinds.Certificate.Encode(next))
                .Append(JournalEntries.From(happened, key, time)),
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
