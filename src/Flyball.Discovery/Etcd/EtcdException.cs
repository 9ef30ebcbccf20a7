namespace Flyball.Discovery.Etcd;

/// <summary>An error with etcd's number for it.</summary>
internal sealed class EtcdException(int status, int code, string message, string cause) : Exception(message)
{
    public const int KeyNotFound = 100;
    public const int CompareFailed = 101;
    public const int NotFile = 102;
    public const int KeyExists = 105;
    public const int InvalidField = 209;
    public const int RaftInternal = 300;
    public const int EventIndexCleared = 401;

    public int Status => status;

    public int Code => code;

    public string Cause => cause;
}
