"""The training that the curves of digits_curve.py and mnist_curve.py are of."""
import torch
import torch.nn.functional as F


def curve(model, train, held, optimizer, epochs, scheduler=None):
    """The loss of every step, and after every epoch the share of the held out images whose class is right."""
    losses, accuracy = [], []
    for _ in range(epochs):
        model.train()
        for image, label in train:
            optimizer.zero_grad()
            loss = F.cross_entropy(model(image), label)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        model.eval()
        with torch.no_grad():
            right = sum((model(image).argmax(1) == label).sum().item() for image, label in held)
        accuracy.append(right / len(held.dataset))
        if scheduler is not None:
            scheduler.step()
    return losses, accuracy
