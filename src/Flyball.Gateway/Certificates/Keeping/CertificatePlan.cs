using Flyball.Contracts.Gateway.Security;

namespace Flyball.Gateway.Certificates.Keeping;

/// <summary>
/// When a certificate is to be issued. It is renewed after about two thirds of its life, spread over a twelfth of it so
/// that the hosts of one day do not come together again; failures are tried again after a wait that doubles. Pure.
/// </summary>
internal static class CertificatePlan
{
    public static readonly TimeSpan FirstWait = TimeSpan.FromMinutes(1);

    public static readonly TimeSpan LongestWait = TimeSpan.FromHours(6);

    /// <summary>What a server may ask to wait for, at most.</summary>
    private static readonly TimeSpan AskedWaitMax = TimeSpan.FromDays(1);

    private const double RenewAfter = 2.0 / 3;

    private const double Spread = 1.0 / 12;

    public static bool IsDue(Certificate? known, CertificateSource wanted, DateTimeOffset now) =>
        known is null || known.Source != wanted || known.NextTryUnixMs <= now.ToUnixTimeMilliseconds();

    /// <summary>What to store when it was issued.</summary>
    /// <param name="host">For whom.</param>
    /// <param name="source">By whom.</param>
    /// <param name="issued">What.</param>
    /// <param name="chance">From 0 to 1: where in the spread the renewal is.</param>
    public static Certificate Issued(string host, CertificateSource source, IssuedCertificate issued, double chance)
    {
        TimeSpan life = issued.NotAfter - issued.NotBefore;
        DateTimeOffset next = issued.NotBefore + (life * (RenewAfter - (Spread * chance)));
        return new Certificate
        {
            Host = host,
            Source = source,
            ChainPem = issued.ChainPem,
            KeyPem = issued.KeyPem,
            NotBeforeUnixMs = issued.NotBefore.ToUnixTimeMilliseconds(),
            NotAfterUnixMs = issued.NotAfter.ToUnixTimeMilliseconds(),
            NextTryUnixMs = next.ToUnixTimeMilliseconds(),
        };
    }

    /// <summary>What to store when it could not be: the certificate that there is stays.</summary>
    /// <param name="known">What is stored; null for nothing.</param>
    /// <param name="failure">For whom, by whom and why.</param>
    /// <param name="now">When it failed.</param>
    /// <param name="chance">From 0 to 1: the wait is between half of it and all.</param>
    public static Certificate Failed(
        Certificate? known, CertificateFailure failure, DateTimeOffset now, double chance)
    {
        int failed = known is null || known.Source != failure.Source ? 1 : known.FailedTries + 1;
        TimeSpan wait = Wait(failed) * (0.5 + (chance / 2));
        if (failure.RetryAfter is { } asked && asked > wait) wait = asked < AskedWaitMax ? asked : AskedWaitMax;
        Certificate basis = known ?? new Certificate { Host = failure.Host, Source = failure.Source };
        return basis with
        {
            Source = failure.Source,
            Problem = failure.Problem,
            FailedTries = failed,
            NextTryUnixMs = (now + wait).ToUnixTimeMilliseconds(),
        };
    }

    /// <summary>After so many failures in a row, without chance.</summary>
    public static TimeSpan Wait(int failed)
    {
        TimeSpan wait = FirstWait;
        for (int i = 1; i < failed && wait < LongestWait; i++) wait *= 2;
        return wait < LongestWait ? wait : LongestWait;
    }
}
