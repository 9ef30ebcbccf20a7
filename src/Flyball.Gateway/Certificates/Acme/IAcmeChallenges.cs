namespace Flyball.Gateway.Certificates.Acme;

/// <summary>Puts the answers to challenges where the ACME server asks for them.</summary>
internal interface IAcmeChallenges
{
    /// <summary>Returns when every gateway that is connected gives the answer, or after a bounded wait.</summary>
    Task ShowAsync(string host, string token, string keyAuthorization, CancellationToken cancellation);

    Task HideAsync(string token);
}
