namespace Flyball.Agent.Ports;

/// <summary>Tells whether an address and port can be bound now.</summary>
internal interface IPortProbe
{
    bool IsFree(string address, int port, string protocol);
}
