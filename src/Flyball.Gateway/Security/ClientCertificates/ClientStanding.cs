namespace Flyball.Gateway.Security.ClientCertificates;

/// <summary>Where a client stands that is to show a certificate.</summary>
internal enum ClientStanding
{
    /// <summary>The connection began for another host: the client has to make one for this host.</summary>
    NotAsked,

    /// <summary>It was asked and has shown none.</summary>
    NoneShown,

    /// <summary>Another authority's, ended, not begun, or not for clients.</summary>
    Bad,

    Good,
}
