using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>Hears of every registration as it becomes visible, on the index's one writer.</summary>
internal interface IRegistrationObserver
{
    /// <param name="row">The registration's row.</param>
    /// <param name="service">What it is now; null when it is gone.</param>
    void ServiceChanged(string row, ServiceRegistration? service);

    /// <param name="row">The node's row.</param>
    /// <param name="node">What it is now; null when it is gone.</param>
    void NodeChanged(string row, NodeRegistration? node);
}
