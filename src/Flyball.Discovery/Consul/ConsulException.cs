namespace Flyball.Discovery.Consul;

/// <summary>Ends a request with a status and one line of text, as Consul answers errors.</summary>
internal sealed class ConsulException(int status, string message) : Exception(message)
{
    public int Status => status;
}
