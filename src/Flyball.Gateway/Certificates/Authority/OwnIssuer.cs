using Flyball.Base.Resources;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Certificates.Keeping;

namespace Flyball.Gateway.Certificates.Authority;

/// <summary>Issues certificates of the platform's own authority, which is made at the first start.</summary>
internal sealed class OwnIssuer(IResourceStore store, TimeProvider time) : ICertificateIssuer
{
    public CertificateSource Source => CertificateSource.Internal;

    /// <summary>The root certificate as PEM; null before the first start has made it.</summary>
    public static string? RootPem(ResourceSnapshot snapshot) =>
        snapshot.Get(AuthorityRecord.Kind, AuthorityRecord.Root)?.Value.CertificatePem;

    public async Task<IssuedCertificate> IssueAsync(string host, LeaseEpoch lease, CancellationToken cancellation)
    {
        AuthorityRecord root = await EnsureRootAsync(cancellation);
        return OwnAuthority.Issue(root, host, time.GetUtcNow());
    }

    /// <summary>Of two servers that make one at once only one is kept.</summary>
    /// <exception cref="InvalidOperationException">The store takes no writes.</exception>
    public async Task<AuthorityRecord> EnsureRootAsync(CancellationToken cancellation)
    {
        while (true)
        {
            if (store.Current.Get(AuthorityRecord.Kind, AuthorityRecord.Root) is { } known) return known.Value;
            AuthorityRecord fresh = OwnAuthority.CreateRoot(time.GetUtcNow());
            CommitResult result = await store.CommitAsync(
                new StoreTransaction()
                    .Require(AuthorityRecord.Kind.Key(AuthorityRecord.Root), Revision.None)
                    .Put(AuthorityRecord.Kind, AuthorityRecord.Root, fresh),
                cancellation);
            if (result.IsCommitted) return fresh;
            if (result.Outcome != CommitOutcome.Conflict)
            {
                throw new InvalidOperationException(
                    $"The authority could not be stored: {result.Outcome} {result.Reason}");
            }
        }
    }
}
