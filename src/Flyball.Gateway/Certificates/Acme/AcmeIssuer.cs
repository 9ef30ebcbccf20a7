using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Flyball.Base.Resources;
using Flyball.Contracts.Gateway.Security;
using Flyball.Gateway.Certificates.Keeping;

namespace Flyball.Gateway.Certificates.Acme;

/// <summary>
/// Orders certificates from the ACME server of the options. The account is made at the first order and kept in the
/// store, one for each server.
/// </summary>
internal sealed class AcmeIssuer(
    IResourceStore store, AcmeOptions options, IAcmeChallenges challenges, TimeProvider time)
    : ICertificateIssuer, IDisposable
{
    private AcmeTransport? transport;

    public CertificateSource Source => CertificateSource.Acme;

    /// <exception cref="AcmeException">There is no certificate, and why.</exception>
    public async Task<IssuedCertificate> IssueAsync(string host, LeaseEpoch lease, CancellationToken cancellation)
    {
        if (options.Directory is null)
        {
            throw new AcmeException(
                "No ACME server is set: start the server with --acme-directory, or give the route 'tls: internal'.");
        }

        if (host.StartsWith("*.", StringComparison.Ordinal))
        {
            throw new AcmeException(
                "HTTP-01 cannot prove a wildcard; name the hosts, or use a certificate from a file.");
        }

        transport ??= new AcmeTransport(options, time);
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(options.Directory.AbsoluteUri)));
        AcmeAccountRecord record = store.Current.Get(AcmeAccountRecord.Kind, name)?.Value
            ?? await KeepAsync(name, Fresh(), lease, cancellation);
        using var key = new AcmeKey(record.KeyPem);
        if (record.Account is null) record = await RegisterAsync(name, record, key, lease, cancellation);
        try
        {
            return await OrderAsync(record, key, host, cancellation);
        }
        catch (AcmeException e) when (e.Type == AcmeException.NoAccount)
        {
            // The server has forgotten it (a test server that was restarted): the same key makes it anew.
            record = await RegisterAsync(name, record, key, lease, cancellation);
            return await OrderAsync(record, key, host, cancellation);
        }
    }

    public void Dispose() => transport?.Dispose();

    private Task<IssuedCertificate> OrderAsync(
        AcmeAccountRecord record, AcmeKey key, string host, CancellationToken cancellation) =>
        new AcmeOrder(transport!, key, record.Account!, options, challenges, time).RunAsync(host, cancellation);

    private AcmeAccountRecord Fresh() => new()
    {
        Directory = options.Directory!.AbsoluteUri, KeyPem = AcmeKey.CreatePem(),
    };

    private async Task<AcmeAccountRecord> RegisterAsync(
        string name, AcmeAccountRecord record, AcmeKey key, LeaseEpoch lease, CancellationToken cancellation)
    {
        string address = await transport!.AddressAsync("newAccount", cancellation);
        string contact = options.Email is { } email
            ? $",\"contact\":[\"mailto:{JsonEncodedText.Encode(email)}\"]"
            : "";
        AcmeAnswer answer = await transport.PostAsync(
            key, null, address, $"{{\"termsOfServiceAgreed\":true{contact}}}", cancellation);
        string account = answer.Location
            ?? throw new AcmeException("The ACME server does not say where the account is.");
        return await KeepAsync(name, record with { Account = account }, lease, cancellation);
    }

    /// <summary>The key is stored before it is used: an account whose key is lost would be of no use.</summary>
    private async Task<AcmeAccountRecord> KeepAsync(
        string name, AcmeAccountRecord record, LeaseEpoch lease, CancellationToken cancellation)
    {
        CommitResult result = await store.CommitAsync(
            new StoreTransaction().Put(AcmeAccountRecord.Kind, name, record).Under(lease), cancellation);
        if (result.IsCommitted) return record;
        throw new AcmeException($"The account could not be stored: {result.Outcome} {result.Reason}");
    }
}
