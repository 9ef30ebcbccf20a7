using Flyball.Base.Resources;
using Flyball.Discovery.Registrations;

namespace Flyball.Discovery.Checking;

/// <summary>Hears of every registration as it becomes visible, on the index's one writer.</summary>
internal interface IRegistrationObserver
{
    /// <param name="row">The registration's row.</param>
    /// <param name="service">What it is now; null when it is gone.</param>
    /// <param name="at">The revision of the change.</param>
    void ServiceChanged(string row, ServiceRegistration? service, Revision at);

    /// <param name="row">The node's row.</param>
    /// <param name="node">What it is now; null when it is gone.</param>
    /// <param name="at">The revision of the change.</param>
    void NodeChanged(string row, NodeRegistration? node, Revision at);
}
