namespace Flyball.Gateway.Certificates;

/// <summary>What an authority has issued.</summary>
internal sealed record IssuedCertificate(
    string ChainPem, string KeyPem, DateTimeOffset NotBefore, DateTimeOffset NotAfter)
{
    /// <summary>Nothing of the key.</summary>
    public override string ToString() => $"a certificate until {NotAfter:u}";
}
